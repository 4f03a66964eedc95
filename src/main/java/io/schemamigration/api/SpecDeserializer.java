package io.schemamigration.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import java.io.IOException;

/**
 * Reads a spec, or says in it where it cannot be read. An exception would end the watch of all
 * resources of its kind, and with it the operator; an object with a value of another type can be
 * there since a time, or by the hand of a version, with another schema.
 */
final class SpecDeserializer extends JsonDeserializer<ResourceSpec>
    implements ContextualDeserializer {
  private final JavaType type;

  /** For Jackson, which asks it then for one of the property's type. */
  SpecDeserializer() {
    this(null);
  }

  private SpecDeserializer(JavaType type) {
    this.type = type;
  }

  @Override
  public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty of) {
    return new SpecDeserializer(of.getType());
  }

  @Override
  public ResourceSpec deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    JsonNode tree = context.readTree(parser);
    try {
      return context.readTreeAsValue(tree, type);
    } catch (JsonProcessingException e) {
      ResourceSpec nothing = context.readTreeAsValue(context.getNodeFactory().objectNode(), type);
      nothing.unreadable = "spec" + path(e);
      nothing.raw = tree;
      return nothing;
    }
  }

  private static String path(JsonProcessingException e) {
    StringBuilder path = new StringBuilder();
    if (e instanceof JsonMappingException mapping) {
      for (JsonMappingException.Reference step : mapping.getPath()) {
        path.append(
            step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName());
      }
    }
    return path.toString();
  }
}
