package io.schemamigration.build;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The fields of an object that its kind does not have: what a typed parser had to put aside. */
final class UnknownFields {
  private static final String ASIDE = "additionalProperties";

  private final List<String> found = new ArrayList<>();

  private UnknownFields() {}

  /** Their paths; the object itself where its kind is unknown. */
  static List<String> in(Object object) {
    UnknownFields fields = new UnknownFields();
    if (object instanceof GenericKubernetesResource unknown) {
      return List.of("kind " + unknown.getKind());
    }
    fields.walk(object.getClass().getSimpleName(), object);
    return fields.found;
  }

  private void walk(String path, Object value) {
    switch (value) {
      case null -> {}
      case Iterable<?> many -> many.forEach(one -> walk(path + "[]", one));
      case Map<?, ?> map -> map.forEach((key, one) -> walk(path + "." + key, one));
      default -> {
        if (value.getClass().getName().startsWith("io.fabric8.")) {
          object(path, value);
        }
      }
    }
  }

  private void object(String path, Object value) {
    for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !value.getClass().isEnum()) {
          field(path, field.getName(), read(field, value));
        }
      }
    }
  }

  private void field(String path, String name, Object value) {
    if (!name.equals(ASIDE)) {
      walk(path + "." + name, value);
    } else if (value instanceof Map<?, ?> aside) {
      aside.keySet().forEach(key -> found.add(path + "." + key));
    }
  }

  private static Object read(Field field, Object object) {
    try {
      field.setAccessible(true);
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
