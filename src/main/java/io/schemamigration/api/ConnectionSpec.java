package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How the Secret of a connection is read, and what counts in place of what it says. */
public abstract class ConnectionSpec {

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
          + " schemamigration.io/allow-endpoint-override, so that no mistyped name sends a password"
          + " elsewhere.")
  public String host;

  @Min(1)
  @Max(65535)
  @JsonPropertyDescription(
      "Port to connect to in place of the Secret's, under the same condition as host. Default:"
          + " what the Secret says, else 5432.")
  public Integer port;

  @ValidationRule(
      value =
          "!has(self.mode) || self.mode != 'disable' || !(has(self.caSecretRef) ||"
              + " has(self.clientCertSecretRef))",
      message = "mode disable cannot be combined with certificates")
  @JsonPropertyDescription("How the connection is encrypted and the server's identity checked.")
  public Tls tls;

  /** Part of the connection to key of the Secret. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Keys {

    private static final String KEY = "^[-._a-zA-Z0-9]+$";

    @Size(min = 1, max = 253)
    @Pattern(KEY)
    @JsonPropertyDescription(
        "Key that holds a connection URI such as postgres://user:password@host:5432/dbname, or a"
            + " JDBC URL. Parts that have a key of their own win over the same part of the URI;"
            + " where the two differ the Event SecretAmbiguous says so, unless that key is named"
            + " here.")
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
}
