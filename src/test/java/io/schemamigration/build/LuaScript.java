package io.schemamigration.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.jse.JseBaseLib;
import org.luaj.vm2.lib.jse.JseOsLib;

/**
 * A script for Argo CD, run with the libraries that Argo CD gives it: base, package, table, and of
 * os what tells the time.
 */
record LuaScript(String text) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> SAFE = List.of("date", "time", "difftime", "clock");

  /** What it returns for an object. */
  JsonNode on(JsonNode object) {
    Globals globals = new Globals();
    globals.load(new JseBaseLib());
    globals.load(new PackageLib());
    globals.load(new TableLib());
    globals.load(new JseOsLib());
    LuaTable os = globals.get("os").checktable();
    for (LuaValue name : os.keys()) {
      if (!SAFE.contains(name.tojstring())) {
        os.set(name, LuaValue.NIL);
      }
    }
    LoadState.install(globals);
    LuaC.install(globals);
    globals.set("obj", toLua(object));
    return toJson(globals.load(text).call());
  }

  private static LuaValue toLua(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> LuaValue.valueOf(node.textValue());
      case NUMBER -> LuaValue.valueOf(node.doubleValue());
      case BOOLEAN -> LuaValue.valueOf(node.booleanValue());
      case ARRAY -> {
        LuaTable table = new LuaTable();
        node.forEach(item -> table.insert(0, toLua(item)));
        yield table;
      }
      case OBJECT -> {
        LuaTable table = new LuaTable();
        node.properties().forEach(field -> table.set(field.getKey(), toLua(field.getValue())));
        yield table;
      }
      case NULL, MISSING, BINARY, POJO -> LuaValue.NIL;
    };
  }

  private static JsonNode toJson(LuaValue value) {
    if (value.istable()) {
      return value.length() > 0 ? array(value) : object(value.checktable());
    }
    if (value.isboolean()) {
      return JSON.booleanNode(value.toboolean());
    }
    if (value.type() == LuaValue.TNUMBER) {
      return JSON.numberNode(value.todouble());
    }
    return JSON.textNode(value.checkjstring());
  }

  private static ArrayNode array(LuaValue table) {
    ArrayNode array = JSON.arrayNode();
    for (int i = 1; i <= table.length(); i++) {
      array.add(toJson(table.get(i)));
    }
    return array;
  }

  private static ObjectNode object(LuaTable table) {
    ObjectNode object = JSON.objectNode();
    Varargs next = table.next(LuaValue.NIL);
    while (!next.arg1().isnil()) {
      object.set(next.arg1().tojstring(), toJson(next.arg(2)));
      next = table.next(next.arg1());
    }
    return object;
  }
}
