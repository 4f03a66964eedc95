package io.schemamigration.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;

/** How a command prints its answer. */
enum Format {
  table,
  json,
  yaml;

  /** The answer as text, with a line end. */
  String write(Report report) {
    return switch (this) {
      case table -> report.text();
      case json ->
          write(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT), report) + "\n";
      case yaml ->
          write(
              new ObjectMapper(
                  YAMLFactory.builder()
                      .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                      .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                      .build()),
              report);
    };
  }

  private static String write(ObjectMapper mapper, Report report) {
    try {
      return mapper
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
          .writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts and numbers cannot be written", e);
    }
  }
}
