package io.schemamigration.testing;

/** Watches the bytes of one direction of one connection for the moment to cut. */
interface Trigger {
  int NOT_YET = -1;

  /** How many of these bytes may still pass before the cut, or {@link #NOT_YET}. */
  int scan(byte[] bytes, int length);

  /** After exactly so many bytes. */
  static Trigger afterBytes(long limit) {
    return new Trigger() {
      private long left = limit;

      @Override
      public int scan(byte[] bytes, int length) {
        if (length < left) {
          left -= length;
          return NOT_YET;
        }
        return (int) left;
      }
    };
  }

  /**
   * When the last byte of the needle is seen, however the reads divide it (Knuth, Morris, Pratt).
   *
   * @param withhold whether the part of the needle in these bytes may not pass any more
   */
  static Trigger onNeedle(byte[] needle, boolean withhold) {
    int[] border = borders(needle);
    return new Trigger() {
      private int matched;

      @Override
      public int scan(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
          while (matched > 0 && needle[matched] != bytes[i]) {
            matched = border[matched - 1];
          }
          if (needle[matched] == bytes[i]) {
            matched++;
          }
          if (matched == needle.length) {
            matched = border[matched - 1];
            return withhold ? Math.max(0, i + 1 - needle.length) : length;
          }
        }
        return NOT_YET;
      }
    };
  }

  /** For each prefix of the needle the length of its longest proper prefix that is its suffix. */
  private static int[] borders(byte[] needle) {
    int[] border = new int[needle.length];
    for (int i = 1, length = 0; i < needle.length; i++) {
      while (length > 0 && needle[length] != needle[i]) {
        length = border[length - 1];
      }
      if (needle[length] == needle[i]) {
        length++;
      }
      border[i] = length;
    }
    return border;
  }
}
