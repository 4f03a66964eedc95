package io.schemamigration.build;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes the CRDs from the beans of the api package; {@code mvn -Pgenerate} runs it forked. */
public final class CrdGenerator {

  static final Map<Class<? extends CustomResource<?, ?>>, Path> FILES =
      Map.of(
          SchemaMigration.class, Path.of("crds", "schemamigrations.schemamigration.io.yaml"),
          SchemaRollback.class, Path.of("crds", "schemarollbacks.schemamigration.io.yaml"),
          DatabaseBackup.class, Path.of("crds", "databasebackups.schemamigration.io.yaml"),
          DatabaseRestore.class, Path.of("crds", "databaserestores.schemamigration.io.yaml"));

  private static final String HEADER =
      "# Generated from the classes in io.schemamigration.api. Do not edit;"
          + " run: mvn -q -Pgenerate process-test-classes\n";

  // fabric8 keeps limits as doubles; the API server answers 63, and GitOps tools compare the two.
  private static final Pattern WHOLE_NUMBER =
      Pattern.compile("(?m)^( *(?:minimum|maximum): -?\\d+)\\.0$");

  private CrdGenerator() {}

  public static void main(String[] args) throws IOException {
    Files.createDirectories(Path.of("crds"));
    for (var kind : FILES.entrySet()) {
      Files.writeString(kind.getValue(), yaml(kind.getKey()));
    }
  }

  static String yaml(Class<? extends CustomResource<?, ?>> kind) throws IOException {
    try (InMemory output = new InMemory()) {
      new CRDGenerator()
          .customResourceClasses(kind)
          // Without quotes True and Off are booleans to the YAML parser of kubectl and the API
          // server.
          .withMinQuotes(false)
          .withPostProcessor(new Completion())
          .withOutput(output)
          .generate();
      String text = output.stream.toString(StandardCharsets.UTF_8);
      return HEADER + WHOLE_NUMBER.matcher(text.substring(text.indexOf('\n') + 1)).replaceAll("$1");
    }
  }

  private static final class Completion implements CRDPostProcessor {
    @Override
    public HasMetadata process(HasMetadata crd, String crdSpecVersion) {
      CrdSchema.complete((CustomResourceDefinition) crd);
      return crd;
    }
  }

  private static final class InMemory
      extends CRDGenerator.AbstractCRDOutput<ByteArrayOutputStream> {
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

    @Override
    protected ByteArrayOutputStream createStreamFor(String crdName) {
      return stream;
    }
  }
}
