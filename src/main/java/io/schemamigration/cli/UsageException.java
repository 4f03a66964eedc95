package io.schemamigration.cli;

/** Options, environment or files that no command can work with; the message is for the user. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
