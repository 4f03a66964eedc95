package io.schemamigration.plan;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Turns raw files into a {@link ScriptSet}: names, encoding, duplicates, sizes. */
final class ScriptSetReader {
  /** A file is sent to the server whole; its memory there is about twelve times the text. */
  static final int MAX_FILE_BYTES = 8 << 20;

  static final int MAX_SET_BYTES = 64 << 20;

  private static final String STEM = "pg_([0-9]{1,18})_([-.A-Za-z0-9_]{1,128})\\.sql";
  private static final Pattern UP = Pattern.compile(STEM);
  private static final Pattern UNDO = Pattern.compile("rollback_" + STEM);

  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, byte[]> contents = new TreeMap<>();
  private final Map<String, Script.Undo> undos = new TreeMap<>();
  private final Map<String, Script> byHash = new HashMap<>();
  private final Map<Long, Script> bySequence = new HashMap<>();

  ScriptSet read(List<SourceFile> files) {
    unpack(files);
    contents.forEach(this::readUndo);
    contents.forEach(this::readUp);
    for (Script.Undo left : undos.values()) {
      String up = left.file().substring("rollback_".length());
      String message = "undoes a migration that is not there; add " + up + " or remove this file";
      problem(Optional.empty(), left.file(), 0, message);
    }
    List<Script> scripts =
        byHash.values().stream().sorted(Comparator.comparingLong(Script::sequence)).toList();
    return new ScriptSet(scripts, checksum(), contents.size(), List.copyOf(problems));
  }

  private void unpack(List<SourceFile> files) {
    Map<String, String> origins = new HashMap<>();
    long total = 0;
    for (SourceFile file : files) {
      boolean packed = file.name().endsWith(".sql.gz");
      if (!packed && !file.name().endsWith(".sql")) {
        continue; // a ConfigMap may carry other keys
      }
      String name =
          packed ? file.name().substring(0, file.name().length() - ".gz".length()) : file.name();
      String first = origins.putIfAbsent(name, file.origin());
      if (first != null) {
        problem(Optional.empty(), name, 0, twice(first, file.origin()));
        continue;
      }
      byte[] bytes = packed ? gunzip(file, (int) (MAX_SET_BYTES - total)) : file.bytes();
      total += bytes.length;
      if (total > MAX_SET_BYTES) {
        problem(
            Optional.empty(),
            name,
            0,
            "with this file the set is over 64 MiB unpacked; split the source into smaller ones");
        return;
      }
      contents.put(name, bytes);
    }
  }

  private static String twice(String first, String second) {
    return first.equals(second)
        ? "is there twice in " + first + " (once compressed); remove one"
        : "is in both " + first + " and " + second + "; remove it from one of them";
  }

  private byte[] gunzip(SourceFile file, int limit) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file.bytes()))) {
      // One byte more than allowed is enough to know that it is too much: no decompression bomb.
      return in.readNBytes(limit + 1);
    } catch (IOException e) {
      problem(Optional.empty(), file.name(), 0, "is not gzip; compress it again with `gzip -n`");
      return new byte[0];
    }
  }

  private void readUndo(String name, byte[] bytes) {
    Matcher matcher = UNDO.matcher(name);
    if (matcher.matches()) {
      String hash = matcher.group(2);
      String text = decode(hash, name, bytes);
      Script.Undo undo = new Script.Undo(name, text, Digest.sha256OfContent(bytes));
      Script.Undo other = undos.putIfAbsent(key(matcher), undo);
      if (other != null) {
        String message = "undoes the same migration as " + other.file() + "; remove one";
        problem(Optional.empty(), name, 0, message);
      }
    }
  }

  private static String key(Matcher matcher) {
    return Long.parseLong(matcher.group(1)) + "_" + matcher.group(2);
  }

  private void readUp(String name, byte[] bytes) {
    if (UNDO.matcher(name).matches()) {
      return;
    }
    Matcher matcher = UP.matcher(name);
    if (!matcher.matches()) {
      problem(
          Optional.empty(),
          name,
          0,
          "is neither pg_<sequence>_<hash>.sql nor rollback_pg_<sequence>_<hash>.sql; rename it");
      return;
    }
    long sequence = Long.parseLong(matcher.group(1));
    String hash = matcher.group(2);
    Optional<Script.Undo> undo = Optional.ofNullable(undos.remove(key(matcher)));
    String text = decode(hash, name, bytes);
    Script script = new Script(sequence, hash, name, text, Digest.sha256OfContent(bytes), undo);
    Script sameHash = byHash.putIfAbsent(hash, script);
    if (sameHash != null) {
      problem(
          Optional.empty(),
          name,
          0,
          "has the hash of " + sameHash.file() + ", but a hash is recorded once; rename one");
      return;
    }
    Script sameSequence = bySequence.putIfAbsent(sequence, script);
    if (sameSequence != null) {
      String message = "has the sequence of %s, so their order is open; renumber one";
      problem(Optional.of(hash), name, 0, message.formatted(sameSequence.file()));
      problem(Optional.of(sameSequence.hash()), sameSequence.file(), 0, message.formatted(name));
    }
    if (script.text().isBlank()) {
      problem(Optional.of(hash), name, 0, "is empty; write its SQL, a comment at the least");
    }
  }

  private String decode(String hash, String name, byte[] bytes) {
    if (bytes.length > MAX_FILE_BYTES) {
      problem(Optional.of(hash), name, 0, "is over 8 MiB; split it into several files");
    }
    int start = Digest.hasByteOrderMark(bytes) ? 3 : 0;
    ByteBuffer content = ByteBuffer.wrap(bytes, start, bytes.length - start);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(content).toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = start; i < content.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      problem(Optional.of(hash), name, line, "is not valid UTF-8; save it as UTF-8");
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private String checksum() {
    StringBuilder lines = new StringBuilder();
    contents.forEach(
        (name, bytes) -> lines.append(Digest.sha256(bytes)).append("  ").append(name).append('\n'));
    return "sha256:" + Digest.sha256(lines.toString());
  }

  private void problem(Optional<String> hash, String file, int line, String message) {
    problems.add(new Problem(hash, file, line, message));
  }
}
