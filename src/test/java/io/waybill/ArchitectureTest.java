package io.waybill;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Random;
import java.util.Timer;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls between the rooms, and what may be used in which room. */
@DisplayName("Architecture")
class ArchitectureTest {

  private static final JavaClasses WAYBILL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.waybill");

  /** The room, and which others it may know. The command line and the root join them all. */
  static Stream<Arguments> rooms() {
    return Stream.of(
        room("message"),
        room("spec", "message"),
        room("engine", "message", "spec"),
        room("journal", "message", "spec"),
        room("broker", "message", "spec", "engine", "journal"),
        room("camel", "message", "spec", "broker"),
        room("operator", "message", "spec", "broker", "journal"),
        room("embedded"),
        room("provider"),
        room("sample", "provider"));
  }

  private static Arguments room(String name, String... knows) {
    return Arguments.of(name, knows);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rooms")
  void aRoomKnowsOnlyTheRoomsItIsBuiltOn(String room, String[] knows) {
    DescribedPredicate<JavaClass> known =
        resideInAnyPackage(
            Stream.concat(Stream.of(room), Arrays.stream(knows))
                .map(ArchitectureTest::inside)
                .toArray(String[]::new));

    noClasses()
        .that()
        .resideInAPackage(inside(room))
        .should()
        .dependOnClassesThat(resideInAPackage("io.waybill..").and(not(known)))
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  void everyRoomIsOnThePlan() {
    String[] plan =
        Stream.concat(Stream.of("cli"), rooms().map(room -> (String) room.get()[0]))
            .map(ArchitectureTest::inside)
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideOutsideOfPackages(plan)
        .should()
        .resideInAPackage("io.waybill.*..")
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  void noTwoRoomsKnowEachOther() {
    slices()
        .matching("io.waybill.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  void camelStaysInItsRoom() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.waybill.camel..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.camel..")
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  @DisplayName(
      "JDBC is spoken in journal, provider, sample and embedded, and named where beans are wired or"
          + " failures classified")
  void jdbcStaysInItsRooms() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.waybill.journal..",
            "io.waybill.provider..",
            "io.waybill.embedded..",
            "io.waybill.sample..")
        .and()
        .haveSimpleNameNotEndingWith("Configuration")
        .and()
        .doNotHaveFullyQualifiedName("io.waybill.camel.Failures")
        .and()
        // The demo looks into the sample table as whoever owns it would.
        .doNotHaveFullyQualifiedName("io.waybill.cli.demo.SampleLedger")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "org.springframework.jdbc..",
                    "org.postgresql..",
                    "com.zaxxer.hikari..",
                    "org.flywaydb..")
                // To tell what a failed route means is not to speak JDBC.
                .and(not(assignableTo(SQLException.class))))
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  void messageEngineAndProviderNeedNothingButTheJdk() {
    classes()
        .that()
        .resideInAnyPackage("io.waybill.message..", "io.waybill.engine..", "io.waybill.provider..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "javax.sql..", "org.jspecify..", "io.waybill..")
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  @DisplayName("The provider library needs nothing but the JDK and JDBC, and no other room")
  void theProviderLibraryStandsAlone() {
    classes()
        .that()
        .resideInAPackage("io.waybill.provider..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "javax.sql..", "org.jspecify..", "io.waybill.provider..")
        .check(WAYBILL);
  }

  @Test
  void metricsAreMadeAtTheEdge() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.waybill.operator..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "io.prometheus..")
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  @DisplayName("The engine has no thread, no input and no output")
  void theEngineHasNoThreadAndNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAPackage("io.waybill.engine..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.io..", "java.nio.file..", "java.net..", "java.util.concurrent..")
                .or(belongToAnyOf(Thread.class, ThreadLocal.class, Timer.class)))
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  @DisplayName("Vocabulary and engine read no clock and throw no dice: same events, same decisions")
  void messageAndEngineReadNoClockAndThrowNoDice() {
    noClasses()
        .that()
        .resideInAnyPackage("io.waybill.message..", "io.waybill.engine..")
        .should()
        .dependOnClassesThat(
            belongToAnyOf(Clock.class)
                .or(assignableTo(Random.class))
                .or(resideInAPackage("java.util.random..")))
        .orShould()
        .accessTargetWhere(readsTheTime().or(call(System.class, "nanoTime")))
        .orShould()
        .accessTargetWhere(call(Math.class, "random").or(call(UUID.class, "randomUUID")))
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  @Test
  @DisplayName("The time comes from the injected clock; System.nanoTime measures, and is free")
  void theTimeComesFromTheInjectedClock() {
    noClasses().should().accessTargetWhere(readsTheTime()).allowEmptyShould(true).check(WAYBILL);
  }

  @Test
  @DisplayName("The system's clock is taken in one configuration class")
  void theSystemsClockIsTakenInOneConfigurationClass() {
    Stream<String> takers =
        WAYBILL.stream()
            .filter(
                type ->
                    type.getMethodCallsFromSelf().stream()
                        .anyMatch(call(Clock.class, "system.*|tick.*")))
            .map(JavaClass::getName);

    assertThat(takers.toList())
        .hasSizeLessThanOrEqualTo(1)
        .allMatch(name -> name.endsWith("Configuration"));
  }

  @Test
  void noObjectIsEverDeserialized() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ObjectInputStream.class)
        .allowEmptyShould(true)
        .check(WAYBILL);
  }

  /** The present moment taken from anywhere but a clock: {@code Instant.now()} and the like. */
  private static DescribedPredicate<JavaAccess<?>> readsTheTime() {
    DescribedPredicate<JavaAccess<?>> now =
        targetOwner(resideInAPackage("java.time.."))
            .and(target(name("now")))
            .and(
                DescribedPredicate.describe(
                    "without a clock",
                    access ->
                        access.getTarget()
                                instanceof
                                com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget
                                    target
                            && target.getRawParameterTypes().stream()
                                .noneMatch(assignableTo(Clock.class))));
    return now.or(call(System.class, "currentTimeMillis")).or(call(java.util.Date.class, "<init>"));
  }

  private static DescribedPredicate<JavaAccess<?>> call(Class<?> owner, String methods) {
    return targetOwner(assignableTo(owner)).and(target(nameMatching(methods)));
  }

  private static String inside(String room) {
    return "io.waybill." + room + "..";
  }
}
