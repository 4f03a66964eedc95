package io.schemamigration.testing;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;

/** S3Proxy in this JVM, which keeps everything in memory. */
public final class EmbeddedS3 implements S3Server {
  private final S3Proxy proxy;
  private final BlobStoreContext context;
  private final URI endpoint;

  private EmbeddedS3(S3Proxy.Builder builder, boolean tls) {
    // Not by its name: that would load its providers for other clouds, whose libraries are not
    // here.
    context =
        ContextBuilder.newBuilder(new TransientApiMetadata())
            .credentials("identity", "credential")
            .build(BlobStoreContext.class);
    try {
      proxy =
          builder
              .blobStore(context.getBlobStore())
              .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
              .build();
      proxy.start();
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy does not start", e);
    }
    endpoint =
        tls
            ? URI.create("https://127.0.0.1:" + proxy.getSecurePort())
            : URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  /** One that speaks plain HTTP. */
  public static EmbeddedS3 start() {
    return new EmbeddedS3(S3Proxy.builder().endpoint(URI.create("http://127.0.0.1:0")), false);
  }

  /** One that speaks TLS with the certificate in a PKCS #12 file. */
  public static EmbeddedS3 start(Path keyStore, String password) {
    return new EmbeddedS3(
        S3Proxy.builder()
            .secureEndpoint(URI.create("https://127.0.0.1:0"))
            .keyStore(keyStore.toString(), password),
        true);
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("S3Proxy does not stop", e);
    }
    context.close();
  }
}
