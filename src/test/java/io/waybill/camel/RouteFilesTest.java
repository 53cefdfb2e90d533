package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Link;
import io.waybill.spec.Sequencing;
import io.waybill.spec.Specification;
import io.waybill.spec.load.Problem;
import io.waybill.spec.load.SpecificationLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of routes without starting them. */
class RouteFilesTest {

  private static final Specification SPECIFICATION =
      new Specification(
          Map.of("crm", Destinations.of("crm", DeliveryClass.DEDUPLICATING)),
          Map.of(),
          Sequencing.NONE,
          Map.of(),
          Map.of("edi", new Link("edi", Duration.ofSeconds(5), Duration.ofSeconds(3))));

  private static final String CRM =
      """
      - route:
          id: crm
          from:
            uri: waybill:post:crm
            steps:
              - to: { uri: "http://127.0.0.1/x", parameters: { httpMethod: POST } }
      - route:
          id: edi
          from:
            uri: waybill:link:edi
            steps:
              - to: { uri: "http://127.0.0.1/x" }
      """;

  @TempDir Path folder;

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name + ".camel.yaml"), text);
  }

  private List<String> problems() {
    return RouteFiles.read(folder).check(SPECIFICATION).stream()
        .map(problem -> problem.severity() + " " + problem)
        .toList();
  }

  @Test
  void theShippedRoutesAreAsTheyShouldBe() {
    Specification shipped = SpecificationLoader.load(Path.of("config"), Map.of());
    assertThat(RouteFiles.read(Path.of("routes")).check(shipped)).isEmpty();
  }

  @Test
  void everyDestinationAndLinkNeedsItsRoute() throws IOException {
    assertThat(problems())
        .containsExactly(
            "WARNING routes: no route takes from waybill:post:crm, so messages to it wait; write one"
                + " for this destination",
            "WARNING routes: no route takes from waybill:link:edi, so messages that need it may wait"
                + " for ever; write one for this link");
    file("crm", CRM);
    assertThat(problems()).isEmpty();
  }

  @Test
  void aSecondRouteAndAnUnknownNameAreRefused() throws IOException {
    file("crm", CRM);
    file("other", CRM.replace("link:edi", "link:edo").replace("id: crm", "id: again"));
    assertThat(problems())
        .containsExactly(
            "ERROR other.camel.yaml:4: a second route takes from waybill:post:crm, after"
                + " crm.camel.yaml:4 (route crm); exactly one may. Remove one of them",
            "ERROR other.camel.yaml:10: no link is named 'edo'; did you mean 'edi'?");
  }

  @Test
  void whatIsNoRouteIsToldWithItsLine() throws IOException {
    file("crm", CRM);
    file("wrong", "- route:\n    id: a\n    form:\n      uri: direct:a\n");
    file("torn", "- route: {\n");
    assertThat(problems())
        .hasSize(2)
        .anyMatch(
            problem -> problem.startsWith("ERROR wrong.camel.yaml:2: cannot be read as Camel"))
        .anyMatch(
            problem -> problem.startsWith("ERROR torn.camel.yaml:2: cannot be read as Camel"));
  }

  @Test
  void itIsWarnedOfWhatMaySayPostedOfWhatWasNot() throws IOException {
    file(
        "crm",
        CRM.replace("httpMethod: POST", "throwExceptionOnFailure: false")
            .replaceFirst(
                "steps:\n",
                """
                steps:
                        - doTry:
                            steps:
                              - to: direct:further
                            doCatch:
                              - exception: [ java.lang.Exception ]
                                steps:
                                  - log: swallowed
                """));
    file(
        "further",
        """
        - onException:
            exception: [ java.io.IOException ]
            handled: { constant: "true" }
        - route:
            id: further
            from:
              uri: direct:further
              steps:
                - wireTap:
                    uri: direct:tapped
                - to: seda:later
        """);
    assertThat(problems())
        .allMatch(problem -> problem.startsWith("WARNING"))
        .anyMatch(problem -> problem.contains("a caught error in the way of a posting"))
        .anyMatch(problem -> problem.contains("throwExceptionOnFailure=false in the way"))
        .anyMatch(problem -> problem.startsWith("WARNING further.camel.yaml:9: a wireTap"))
        .anyMatch(problem -> problem.contains("a queue in memory (seda:later)"));
  }

  @Test
  void anIntakeThatAcknowledgesEarlyIsRefused() throws IOException {
    file("crm", CRM);
    file(
        "in",
        """
        - route:
            id: in
            from:
              uri: jms:queue:in
              steps:
                - wireTap: { uri: "waybill:submit" }
        - route:
            id: own
            from:
              uri: jms:queue:own
              parameters: { consumerType: Default }
              steps:
                - to: direct:submit
        - route:
            id: later
            from:
              uri: seda:later
              steps:
                - to: direct:submit
        - route:
            id: submit
            from:
              uri: direct:submit
              steps:
                - to: waybill:submit
        """);
    assertThat(problems())
        .hasSize(3)
        .allMatch(problem -> problem.startsWith("ERROR in.camel.yaml:"))
        .anyMatch(problem -> problem.contains("a wireTap to waybill:submit"))
        .anyMatch(
            problem -> problem.contains("consumerType and messageListenerContainerFactory undo"))
        .anyMatch(problem -> problem.contains("through a queue in memory (seda:later)"));
  }

  @Test
  void parametersOfTemplatesAreSeen() throws IOException {
    file("crm", CRM.replace("waybill:post:crm", "direct:crm"));
    file(
        "made",
        """
        - routeTemplate:
            id: posting
            parameters:
              - name: to
            from:
              uri: "waybill:post:{{to}}"
              steps:
                - to: direct:crm
        - templatedRoute:
            routeTemplateRef: posting
            routeId: made
            parameters:
              - name: to
                value: crm
        """);
    assertThat(problems()).isEmpty();
    assertThat(RouteFiles.read(folder).check(null).stream().map(Problem::severity)).isEmpty();
  }
}
