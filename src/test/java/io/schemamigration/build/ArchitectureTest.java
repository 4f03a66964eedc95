package io.schemamigration.build;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may use whom; a package that does not exist yet keeps every rule. */
class ArchitectureTest {

  private static final String ROOT = "io.schemamigration";

  /** From the top down: a package may use only those before it. */
  private static final List<String> ORDER =
      List.of(
          "config",
          "api",
          "plan",
          "postgres",
          "backup",
          "page",
          "job",
          "input",
          "decision",
          "status",
          "controller",
          "ops",
          "cli");

  private static JavaClasses ours;

  @BeforeAll
  static void importOurClasses() {
    ours = new ClassFileImporter().importPath(Path.of("target", "classes"));
  }

  @Test
  void aPackageUsesOnlyThoseAboveIt() {
    for (int i = 0; i < ORDER.size(); i++) {
      String[] below =
          ORDER.subList(i + 1, ORDER.size()).stream()
              .map(ArchitectureTest::within)
              .toArray(String[]::new);
      if (below.length > 0) {
        check(
            noClasses()
                .that()
                .resideInAPackage(within(ORDER.get(i)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(below));
      }
    }
  }

  @Test
  void everyClassLivesInAPackageOfTheList() {
    String[] known =
        Stream.concat(Stream.of(ROOT), ORDER.stream().map(ArchitectureTest::within))
            .toArray(String[]::new);
    check(classes().should().resideInAnyPackage(known));
  }

  @Test
  void nobodyUsesTheCompositionRoot() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT));
  }

  @Test
  void planIsPure() {
    check(
        classes()
            .that()
            .resideInAPackage(within("plan"))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", within("plan")));
    check(
        noClasses()
            .that()
            .resideInAPackage(within("plan"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio.file..", "java.sql.."));
  }

  @Test
  void apiIsBeansAndHowTheyAreReadOnly() {
    check(
        classes()
            .that()
            .resideInAPackage(within("api"))
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(
                        "java.lang..",
                        "java.util",
                        "com.fasterxml.jackson..",
                        "io.fabric8.crd.generator.annotation..",
                        "io.fabric8.generator.annotation..",
                        "io.fabric8.kubernetes.api.model..",
                        "io.fabric8.kubernetes.model.annotation..",
                        within("api"))
                    .or(name("io.fabric8.kubernetes.client.CustomResource"))
                    .or(name("java.io.IOException"))));
  }

  @Test
  void postgresKnowsNothingOfKubernetes() {
    check(
        noClasses()
            .that()
            .resideInAPackage(within("postgres"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", within("api")));
  }

  @Test
  void whatTalksToKubernetesHoldsNoJdbc() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                within("job"),
                within("input"),
                within("decision"),
                within("status"),
                within("controller"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql.."));
  }

  @Test
  void theDecisionAsksNobody() {
    check(
        noClasses()
            .that()
            .resideInAPackage(within("decision"))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "io.fabric8.kubernetes.client..",
                        "io.javaoperatorsdk..",
                        "java.net..",
                        "java.nio.file..",
                        "java.sql..",
                        "org.postgresql..")
                    .or(name("java.time.Clock"))
                    .and(not(name("io.fabric8.kubernetes.client.CustomResource")))));
  }

  @Test
  void theStatusPageCanAskNobody() {
    check(
        noClasses()
            .that()
            .resideInAPackage(within("page"))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                        "io.fabric8.kubernetes.client..",
                        "io.javaoperatorsdk..",
                        "java.net.http..",
                        "java.sql..",
                        "org.postgresql..",
                        within("postgres"),
                        within("backup"))
                    .and(not(name("io.fabric8.kubernetes.client.CustomResource")))));
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      List<Path> silent =
          files
              .filter(f -> f.toString().endsWith(".java"))
              .map(Path::getParent)
              .distinct()
              .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
              .sorted()
              .toList();
      assertThat(silent).isEmpty();
    }
  }

  @Test
  void noFileIsLongerThan250Lines() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(250);
      }
    }
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(ours);
  }

  private static String within(String name) {
    return ROOT + "." + name + "..";
  }
}
