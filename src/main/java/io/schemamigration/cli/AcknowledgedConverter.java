package io.schemamigration.cli;

import io.schemamigration.plan.Policy;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HASH=SHA256}. */
final class AcknowledgedConverter implements ITypeConverter<Policy.Acknowledged> {

  @Override
  public Policy.Acknowledged convert(String text) {
    int sign = text.lastIndexOf('=');
    if (sign < 1 || !text.substring(sign + 1).matches("[0-9a-f]{64}")) {
      throw new TypeConversionException(
          "must be HASH=SHA256, with the 64 hexadecimal digits that the message shows");
    }
    return new Policy.Acknowledged(text.substring(0, sign), text.substring(sign + 1));
  }
}
