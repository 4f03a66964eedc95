package io.schemamigration.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import java.io.IOException;

/** Writes a spec that {@link SpecDeserializer} could not read as it was found. */
final class SpecSerializer extends JsonSerializer<ResourceSpec> {
  /** For Jackson. */
  SpecSerializer() {}

  @Override
  public void serialize(ResourceSpec spec, JsonGenerator to, SerializerProvider provider)
      throws IOException {
    if (spec.raw != null) {
      provider.defaultSerializeValue(spec.raw, to);
    } else {
      provider.defaultSerializeValue(spec, to);
    }
  }

  /** The generator of the CRDs asks for the fields. */
  @Override
  public void acceptJsonFormatVisitor(JsonFormatVisitorWrapper visitor, JavaType type)
      throws JsonMappingException {
    visitor.getProvider().findValueSerializer(type).acceptJsonFormatVisitor(visitor, type);
  }
}
