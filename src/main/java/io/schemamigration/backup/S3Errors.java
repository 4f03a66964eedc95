package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an error of the SDK means. Its own text names hosts, so none of it is passed on. */
final class S3Errors {
  private final String bucket;

  S3Errors(String bucket) {
    this.bucket = bucket;
  }

  /** Something that asks the server. */
  interface Work<T> {
    T run() throws StoreFailure;
  }

  /** Does it; an error becomes a failure that says what was being done. */
  <T> T during(String what, Work<T> work) throws StoreFailure {
    try {
      return work.run();
    } catch (SdkException e) {
      throw of(e, what);
    }
  }

  /**
   * Says it for the user.
   *
   * @param what was being done, such as {@code writing s3://bucket/key}
   */
  StoreFailure of(SdkException e, String what) {
    return e instanceof AwsServiceException answer ? answered(answer, what) : unanswered(e, what);
  }

  private StoreFailure answered(AwsServiceException e, String what) {
    String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
    Reason reason = reason(code == null ? "" : code, e.statusCode());
    return new StoreFailure(reason, what + " failed: " + advice(reason, code, e.statusCode()), e);
  }

  private static Reason reason(String code, int status) {
    return switch (code) {
      case "NoSuchBucket", "InvalidBucketName" -> Reason.BUCKET_NOT_FOUND;
      case "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "ExpiredToken",
          "ExpiredTokenException",
          "InvalidToken",
          "InvalidIdentityToken",
          "TokenRefreshRequired",
          "InvalidClientTokenId",
          "IDPRejectedClaim",
          "XAdminUserNotFound" -> // Versity's word
          Reason.CREDENTIALS_REFUSED;
      case "RequestTimeTooSkewed", "RequestExpired" -> Reason.CLOCK_SKEW;
      case "PermanentRedirect",
          "TemporaryRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          Reason.WRONG_REGION;
      case "QuotaExceeded",
          "QuotaExceededException",
          "InsufficientStorage",
          "XMinioStorageFull",
          "XMinioAdminBucketQuotaExceeded",
          "EntityTooLarge" ->
          Reason.NO_SPACE;
      case "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody" -> Reason.CORRUPT;
      default -> byStatus(code, status);
    };
  }

  private static Reason byStatus(String code, int status) {
    if (code.startsWith("KMS") || status == 401 || status == 403) {
      return Reason.ACCESS_DENIED;
    }
    return switch (status) {
      case 301, 307 -> Reason.WRONG_REGION;
      case 507 -> Reason.NO_SPACE;
      default -> status >= 500 || status == 429 ? Reason.UNREACHABLE : Reason.OTHER;
    };
  }

  private String advice(Reason reason, String code, int status) {
    return switch (reason) {
      case BUCKET_NOT_FOUND ->
          "there is no bucket %s; create it or correct storage.s3.bucket".formatted(bucket);
      case CREDENTIALS_REFUSED ->
          "the server refuses the credentials (%s); correct the Secret or the service account"
              .formatted(word(code, status));
      case CLOCK_SKEW ->
          "the clocks of node and server differ by more than the server allows; set them";
      case WRONG_REGION ->
          "bucket %s is in another region; correct storage.s3.region".formatted(bucket);
      case NO_SPACE -> "the server has no room or the quota is used up; make room or keep less";
      case CORRUPT -> "the bytes were changed on their way; it is tried again";
      case ACCESS_DENIED ->
          "the credentials may not (%s); allow s3:ListBucket, GetObject, PutObject, DeleteObject,"
                  .formatted(word(code, status))
              + " AbortMultipartUpload, ListBucketMultipartUploads and the use of the encryption"
              + " key on bucket "
              + bucket;
      case UNREACHABLE -> "the server cannot now (%s); try later".formatted(word(code, status));
      default -> "the server refused (%s); check storage.s3".formatted(word(code, status));
    };
  }

  /** A server's code, which is a word; anything else it may have sent is not passed on. */
  private static String word(String code, int status) {
    return code != null && code.matches("[A-Za-z0-9.]{1,48}") ? code : "HTTP " + status;
  }

  private StoreFailure unanswered(SdkException e, String what) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String certificate =
          switch (cause) {
            case CertificateExpiredException expired -> "its certificate has expired; renew it";
            case CertificateNotYetValidException early ->
                "its certificate is not valid yet; check the clock of the node";
            default -> null;
          };
      if (certificate != null) {
        return new StoreFailure(Reason.TLS_FAILED, what + " failed: " + certificate, e);
      }
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException tls) {
        return new StoreFailure(Reason.TLS_FAILED, what + " failed: " + untrusted(tls), e);
      }
    }
    if (e instanceof SdkClientException && saysNoCredentials(e)) {
      if (SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE.getStringValue().isPresent()) {
        return new StoreFailure(
            Reason.CREDENTIALS_REFUSED,
            what
                + " failed: the workload identity was not accepted; check that the role trusts the"
                + " service account and that the network lets the pod reach STS",
            e);
      }
      return new StoreFailure(
          Reason.CREDENTIALS_MISSING,
          what
              + " failed: there are no credentials; name a Secret in"
              + " storage.s3.credentialsSecretRef or give the service account a workload identity",
          e);
    }
    return new StoreFailure(
        Reason.UNREACHABLE,
        what + " failed: the server does not answer; check storage.s3.endpoint and the network",
        e);
  }

  private static String untrusted(SSLException e) {
    String said = String.valueOf(e.getMessage());
    if (said.contains("No subject alternative") || said.contains("No name matching")) {
      return "its certificate is of another host; correct storage.s3.endpoint or the certificate";
    }
    if (said.contains("Unsupported or unrecognized SSL message")) {
      return "it does not speak TLS; write http:// in storage.s3.endpoint";
    }
    return "its certificate is not trusted; name its CA in storage.s3.caSecretRef";
  }

  /** The SDK has no class for it. */
  private static boolean saysNoCredentials(SdkException e) {
    return String.valueOf(e.getMessage()).startsWith("Unable to load credentials");
  }
}
