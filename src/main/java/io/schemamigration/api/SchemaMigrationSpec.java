package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What the schema of one database shall be. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class SchemaMigrationSpec {

  @Required
  @JsonPropertyDescription("The database to migrate and how to reach it.")
  public Database database;

  @Required
  @ValidationRule(
      value = "[has(self.configMapRefs)].filter(x, x).size() == 1",
      message = "exactly one source must be given: configMapRefs")
  @JsonPropertyDescription(
      "Where the SQL files come from. Exactly one kind of source must be given; today there is"
          + " configMapRefs.")
  public Source source;

  @Default("{}")
  @ValidationRule(
      value = "self == oldSelf",
      message =
          "spec.history is immutable: delete and re-create the SchemaMigration (this never touches"
              + " the database)")
  @JsonPropertyDescription(
      "The table that remembers which files were applied. Immutable: to use another table delete"
          + " the SchemaMigration and create it again, which never touches the database.")
  public History history;

  @Size(min = 1, max = 128)
  @JsonPropertyDescription(
      "Hash of the last file that shall be applied; files above it wait. Default: all files. A hash"
          + " that is neither among the files nor applied is refused (`TargetNotFound`), and so is"
          + " one below the newest applied file, as that would be a rollback (`RollbackDenied`).")
  public String targetHash;

  @Default("Apply")
  @JsonPropertyDescription(
      "`Apply` (default) runs pending files. `PlanOnly` connects, shows in the status what would"
          + " run and changes nothing in the database, not even its own tables.")
  public String mode;

  @Default("{}")
  @JsonPropertyDescription("What to do when the files and the history disagree.")
  public Policy policy;

  @Size(max = 20)
  @JsonPropertyDescription(
      "Ids of plans, as shown in status.plan.id, that may run although a check holds them back. An"
          + " id stands for exactly one plan: the files, their text and the state they start from."
          + " At most 20; ids of plans that have run can be removed at any time.")
  public List<@Size(max = 34) @Pattern("^p-[0-9a-f]{32}$") String> approvedPlans;

  @Size(max = 100)
  @JsonPropertyDescription(
      "Applied files whose changed text is accepted (`ContentChanged` shows both values). It is not"
          + " run: what was applied stays as it is. At most 100.")
  public List<Acknowledgement> acknowledge;

  @Default("{}")
  @JsonPropertyDescription("How long to wait for the database.")
  public Timeouts timeouts;

  @Default("6")
  @Min(0)
  @Max(100)
  @JsonPropertyDescription(
      "How often a run that met a transient fault after it had sent a file (lost connection,"
          + " deadlock, lock timeout) is retried before the migration stops with"
          + " `RetriesExhausted`; 0 to 100, default 6. Faults before the first file, such as an"
          + " unreachable database, are retried for ever; failed SQL is never retried by itself.")
  public Integer backoffLimit;

  @Default("10m")
  @Size(max = 32)
  @ValidationRule(
      value =
          "self.matches('^([0-9]+(ms|s|m|h))+$') && duration(self) >= duration('1m') &&"
              + " duration(self) <= duration('24h')",
      message = "must be a duration such as 90s, 10m or 1h30m, from 1m to 24h")
  @JsonPropertyDescription(
      "How often an idle database is looked at, as a duration such as 90s or 10m; 1m to 24h,"
          + " default 10m, spread by 20 %. Changed files, a changed spec and annotations are acted"
          + " on at once.")
  public String interval;

  @Default("false")
  @SelectableField
  @JsonPropertyDescription(
      "Set to true to stop: no file is started and no connection is opened until it is false again."
          + " A file that is running is finished first. Default false.")
  public Boolean suspend;

  /** The changed text of an applied file. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Acknowledgement {

    @Required
    @Size(min = 1, max = 128)
    @JsonPropertyDescription("Hash of the file, the last part of its name.")
    public String hash;

    @Required
    @Size(max = 64)
    @Pattern("^[0-9a-f]{64}$")
    @JsonPropertyDescription("sha256 of the text it has now, as the message shows it.")
    public String sha256;
  }

  /** The database and how to reach it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Database {

    @Required
    @JsonPropertyDescription(
        "The Secret with the connection, in the namespace of this resource. It is read by name"
            + " before every connection, so a rotated password is used at once and without a"
            + " restart.")
    public SecretRef secretRef;

    @JsonPropertyDescription(
        "Which key of the Secret holds which part of the connection, for a layout that the operator"
            + " does not know. Secrets of the usual operators, charts and clouds need none of this;"
            + " a part that is not named here is found as usual.")
    public Keys keys;

    // One message a person can act on; the pattern would be printed instead.
    @Size(min = 1, max = 253)
    @ValidationRule(
        value = "self.matches('^[A-Za-z0-9:]([-A-Za-z0-9.:]*[A-Za-z0-9.:])?$')",
        message = "must be a DNS name or an IP address, without port and brackets")
    @JsonPropertyDescription(
        "Host to connect to in place of the Secret's: a DNS name or an IP address (IPv6 without"
            + " brackets). It counts only if the Secret carries the annotation"
            + " schemamigration.io/allow-endpoint-override, so that a password cannot be sent"
            + " elsewhere by someone who may not read it.")
    public String host;

    @Min(1)
    @Max(65535)
    @JsonPropertyDescription(
        "Port to connect to in place of the Secret's, under the same condition as host. Default:"
            + " what the Secret says, else 5432.")
    public Integer port;

    @Size(min = 1, max = 63)
    @ValidationRule(
        value = "bytes(self).size() <= 63",
        message = "must be at most 63 bytes long, the limit of PostgreSQL")
    @JsonPropertyDescription(
        "Name of the database, at most 63 bytes. Default: what the Secret says. Needed where the"
            + " Secret names none, as with a server that holds several databases.")
    public String name;

    @Size(min = 1, max = 63)
    @ValidationRule(
        value = "bytes(self).size() <= 63",
        message = "must be at most 63 bytes long, the limit of PostgreSQL")
    @JsonPropertyDescription(
        "Role that the files run as (SET ROLE), so that it owns what they create; the user of the"
            + " Secret must be a member of it. It also owns the history table. Default: the user"
            + " itself.")
    public String role;

    @Size(min = 1, max = 16)
    @JsonPropertyDescription(
        "Schemas in which names without one are looked up, in order, 1 to 16; each file starts with"
            + " it. Default: what the server sets for the user and the database.")
    public List<@Size(min = 1, max = 63) String> searchPath;

    @ValidationRule(
        value =
            "!has(self.mode) || self.mode != 'disable' || !(has(self.caSecretRef) ||"
                + " has(self.clientCertSecretRef))",
        message = "mode disable cannot be combined with certificates")
    @JsonPropertyDescription("How the connection is encrypted and the server's identity checked.")
    public Tls tls;
  }

  /** A Secret in the same namespace. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class SecretRef {

    @Required
    @Size(min = 1, max = 253)
    @SelectableField
    @JsonPropertyDescription(
        "Name of the Secret. While there is none of this name the migration waits"
            + " (`SecretNotFound`) and goes on by itself once there is.")
    public String name;
  }

  /** Part of the connection to key of the Secret. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Keys {

    private static final String KEY = "^[-._a-zA-Z0-9]+$";

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription(
        "Key that holds a connection URI such as postgres://user:password@host:5432/dbname, or a"
            + " JDBC URL. Parts that have a key of their own win over the same part of the URI.")
    public String uri;

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription("Key that holds the host name or IP address of the server.")
    public String host;

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription("Key that holds the port of the server, a number from 1 to 65535.")
    public String port;

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription("Key that holds the name of the database.")
    public String dbname;

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription("Key that holds the name of the role to log in with.")
    public String user;

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription("Key that holds the password of that role.")
    public String password;

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription("Key that holds the certificates to trust, as PEM.")
    public String ca;

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription("Key that holds the client's certificate, as PEM.")
    public String cert;

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription("Key that holds the private key of that certificate, as PEM.")
    public String key;
  }

  /** Encryption of the connection. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Tls {

    @JsonPropertyDescription(
        "One of libpq's words: `disable`, `prefer`, `require` (encrypted), `verify-ca` (and signed"
            + " by the CA), `verify-full` (and issued for this host). Default: what the Secret"
            + " says, else verify-full when a CA is given, else prefer. What came of it is in"
            + " status.database.tls.")
    public String mode;

    @JsonPropertyDescription(
        "Secret with the certificates to trust, in place of those in the connection Secret.")
    public CaSecretRef caSecretRef;

    @JsonPropertyDescription(
        "Secret of type kubernetes.io/tls with the client's certificate, in place of one in the"
            + " connection Secret.")
    public ClientCertSecretRef clientCertSecretRef;
  }

  /** A Secret with certificates to trust. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class CaSecretRef {

    @Required
    @Size(min = 1, max = 253)
    @JsonPropertyDescription("Name of the Secret, in the namespace of this resource.")
    public String name;

    @Default("ca.crt")
    @Size(min = 1, max = 253)
    @JsonPropertyDescription("Its key that holds the certificates, as PEM. Default ca.crt.")
    public String key;
  }

  /** A Secret with a certificate and its key. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class ClientCertSecretRef {

    @Required
    @Size(min = 1, max = 253)
    @JsonPropertyDescription(
        "Name of the Secret, in the namespace of this resource; tls.crt and tls.key are read.")
    public String name;
  }

  /** Where the files come from. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Source {

    @Size(min = 1, max = 64)
    @JsonPropertyDescription(
        "ConfigMaps in the namespace of this resource, 1 to 64; together they are one set of files."
            + " Read are keys `pg_<sequence>_<hash>.sql` and, as undo scripts,"
            + " `rollback_pg_<sequence>_<hash>.sql`, also gzipped as .sql.gz in binaryData; any"
            + " other .sql key is refused, keys of other kinds are ignored. The set may unpack to"
            + " 64 MiB.")
    public List<ConfigMapRef> configMapRefs;

    @Size(max = 71)
    @Pattern("^sha256:[0-9a-f]{64}$")
    @JsonPropertyDescription(
        "Checksum the files must have: nothing runs until they are exactly these"
            + " (`SourceChecksumMismatch`). It is `sha256:` and the digest printed by `(export"
            + " LC_ALL=C && sha256sum *.sql) | sha256sum`. Setting it with each change makes the"
            + " change visible as a new generation, which tools that wait for this resource need.")
    public String checksum;
  }

  /** A ConfigMap in the same namespace. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class ConfigMapRef {

    @Required
    @Size(min = 1, max = 253)
    @JsonPropertyDescription(
        "Name of the ConfigMap. While there is none of this name the migration waits"
            + " (`SourceNotFound`). The same file name in two ConfigMaps is refused"
            + " (`InvalidSource`).")
    public String name;
  }

  /** The table that remembers which files were applied. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class History {

    @Default("public")
    @Size(min = 1, max = 63)
    @ValidationRule(
        value = "bytes(self).size() <= 63",
        message = "must be at most 63 bytes long, the limit of PostgreSQL")
    @JsonPropertyDescription(
        "Schema of the table, at most 63 bytes; it is taken as written, upper and lower case"
            + " included. Default public.")
    public String schema;

    // Longer, and the name of the ledger beside it would be cut: at 63 bytes to that of the table.
    @Default("drizzle_migrations")
    @Size(min = 1, max = 56)
    @ValidationRule(
        value = "bytes(self).size() <= 56",
        message = "must be at most 56 bytes long, as the table `<table>_ledger` stands beside it")
    @JsonPropertyDescription(
        "Name of the table, at most 56 bytes, taken as written; default drizzle_migrations. It has"
            + " one row per applied file and is created by the first run if it is missing; a second"
            + " table `<table>_ledger` stands beside it.")
    public String table;
  }

  /** What to do when the files and the history disagree. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Policy {

    @Default("Block")
    @JsonPropertyDescription(
        "A pending file whose sequence is below the highest applied one, as after merging an older"
            + " branch: `Block` (default) stops with `OutOfOrder`, `Apply` runs it.")
    public String outOfOrder;

    @Default("Block")
    @JsonPropertyDescription(
        "An applied file that is no longer among the files: `Block` (default) stops with"
            + " `FileMissing`, `Ignore` goes on without it, as after old files were squashed.")
    public String missingFiles;
  }

  /** How long to wait for the database. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Timeouts {

    @Default("10s")
    @Size(max = 32)
    @ValidationRule(
        value =
            "self.matches('^([0-9]+(ms|s|m|h))+$') && duration(self) >= duration('100ms') &&"
                + " duration(self) <= duration('5m')",
        message = "must be a duration such as 500ms or 10s, from 100ms to 5m")
    @JsonPropertyDescription(
        "How long to wait for a connection, as a duration such as 500ms or 10s; 100ms to 5m,"
            + " default 10s. After that the database counts as unreachable and is tried again.")
    public String connect;

    @Default("5s")
    @Size(max = 32)
    @ValidationRule(
        value =
            "self.matches('^([0-9]+(ms|s|m|h))+$') && duration(self) >= duration('10ms') &&"
                + " duration(self) <= duration('10m')",
        message =
            "must be a duration such as 500ms or 5s, from 10ms to 10m (PostgreSQL would take 0 as"
                + " no limit)")
    @JsonPropertyDescription(
        "How long a file may wait for a lock, and so how long others may queue behind it; 10ms to"
            + " 10m, default 5s. Then its transaction is undone and tried again later"
            + " (`LockTimeout`). It does not limit how long a file holds its locks.")
    public String lock;

    @Default("0s")
    @Size(max = 32)
    @ValidationRule(
        value =
            "self.matches('^([0-9]+(ms|s|m|h))+$') && duration(self) >= duration('0s') &&"
                + " duration(self) <= duration('596h')",
        message = "must be a duration such as 30s or 2h, from 0s (no limit) to 596h")
    @JsonPropertyDescription(
        "How long one statement of a file may run, as a duration such as 30s or 2h, up to 596h; 0s,"
            + " the default, is no limit. A statement that runs longer is cancelled and its file"
            + " undone.")
    public String statement;
  }
}
