package io.schemamigration.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at the arguments and the environment of all processes that this one starts. */
public final class Sightings implements AutoCloseable {
  private final String secret;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Set<String> found = ConcurrentHashMap.newKeySet();
  private final Thread watch;
  private volatile boolean over;

  private Sightings(String secret) {
    this.secret = secret;
    this.watch = Thread.ofPlatform().name("sightings").start(this::look);
  }

  /** Looks from now on until it is closed. */
  public static Sightings of(String secret) {
    return new Sightings(secret);
  }

  private void look() {
    while (!over) {
      ProcessHandle.current().descendants().map(ProcessHandle::pid).forEach(this::look);
    }
  }

  private void look(long pid) {
    String arguments = text(pid, "cmdline");
    seen.add(arguments);
    if (arguments.contains(secret)) {
      found.add("arguments of " + arguments);
    }
    if (text(pid, "environ").contains(secret)) {
      found.add("environment of " + arguments);
    }
  }

  private static String text(long pid, String file) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), file));
      return new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  /** The arguments of all processes that were looked at. */
  public Set<String> seen() {
    return seen;
  }

  /** Where the secret was. */
  public Set<String> found() {
    return found;
  }

  @Override
  public void close() {
    over = true;
    try {
      watch.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
