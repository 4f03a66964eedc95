package io.schemamigration.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;

/**
 * Reads of a status the fields that can be read, for the reason of {@link SpecDeserializer}. The
 * next write replaces the others: a status is made of what the database says.
 */
final class StatusDeserializer extends JsonDeserializer<Object> implements ContextualDeserializer {
  private final JavaType type;

  /** For Jackson, which asks it then for one of the property's type. */
  StatusDeserializer() {
    this(null);
  }

  private StatusDeserializer(JavaType type) {
    this.type = type;
  }

  @Override
  public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty of) {
    return new StatusDeserializer(of.getType());
  }

  @Override
  public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    JsonNode tree = context.readTree(parser);
    if (readable(tree, context)) {
      return context.readTreeAsValue(tree, type);
    }
    ObjectNode rest = context.getNodeFactory().objectNode();
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      ObjectNode alone = context.getNodeFactory().objectNode();
      alone.set(field.getKey(), field.getValue());
      if (readable(alone, context)) {
        rest.set(field.getKey(), field.getValue());
      }
    }
    return context.readTreeAsValue(rest, type);
  }

  private boolean readable(JsonNode tree, DeserializationContext context) throws IOException {
    try {
      context.readTreeAsValue(tree, type);
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
