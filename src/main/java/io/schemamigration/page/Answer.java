package io.schemamigration.page;

import java.nio.charset.StandardCharsets;

/**
 * What a request is answered.
 *
 * @param code of HTTP
 * @param type of the body
 */
record Answer(int code, String type, byte[] body) {
  static Answer html(int code, String page) {
    return new Answer(code, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(String text) {
    return new Answer(
        200, "application/json; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static Answer css(String text) {
    return new Answer(200, "text/css; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }
}
