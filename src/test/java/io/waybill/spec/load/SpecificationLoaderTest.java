package io.waybill.spec.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.spec.Condition;
import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Expression;
import io.waybill.spec.Link;
import io.waybill.spec.OnFailure;
import io.waybill.spec.Operation;
import io.waybill.spec.Place;
import io.waybill.spec.Retry;
import io.waybill.spec.Specification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecificationLoaderTest {

  @TempDir Path folder;
  private ConfigFolder config;

  @BeforeEach
  void aWorkingConfiguration() {
    config =
        new ConfigFolder(folder)
            .with(
                "destinations.yaml",
                """
                waybill.destinations:
                  erp:
                    delivery: deduplicating
                    remembers: { time: 30d, count: 20000 }
                    late: 5m
                    in-flight: 16
                    timeout: 500ms
                    retry: { first: 2s, factor: 1.5, most: 10m, jitter: 0.3, expire: 2h, attempts: 9 }
                    classify: { permanent: [ 409, java.io.IOException ], transient: [ 500 ] }
                  archive: { delivery: hold }
                """)
            .with(
                "operations.yaml",
                """
                waybill:
                  namespaces: { cbc: "urn:basic", cn: "urn:change" }
                  operations:
                    CreateOrder:
                      match: [ { json: /type, equals: 5 }, { header: Channel } ]
                      values: { customer: { json: /customerId } }
                      id: [ { json: /orderId }, { header: Line } ]
                      business-id: { json: /purchaseOrder }
                      post: [ { when: { json: /old, equals: true }, to: archive }, { to: erp } ]
                      on-failure: go-on
                    ChangeOrder:
                      match: { root: "cn:OrderChange" }
                      id: { xpath: "/cn:OrderChange/cbc:ID" }
                      post: erp
                    Note: { match: { source: "file:*.txt" }, post: archive }
                """)
            .with(
                "sequencing.yaml",
                """
                waybill.sequencing:
                  groups:
                    customer:
                      lock-name-space: cust
                      operations:
                        CreateOrder: { keys: [ { value: customer }, { json: /payer } ] }
                        ChangeOrder: { key: { xpath: "//cbc:Customer" } }
                  unsequenced: [ Note ]
                """);
  }

  @Test
  void everythingThatIsWrittenIsRead() {
    Specification specification = config.load();

    assertThat(config.problems()).isEmpty();
    assertThat(specification.destination("erp"))
        .isEqualTo(
            new Destination(
                "erp",
                DeliveryClass.DEDUPLICATING,
                new Destination.Remembers(Duration.ofDays(30), 20_000L),
                Duration.ofMinutes(5),
                16,
                Duration.ofMillis(500),
                List.of(),
                new Retry(
                    Duration.ofSeconds(2),
                    1.5,
                    Duration.ofMinutes(10),
                    0.3,
                    9,
                    Duration.ofHours(2)),
                new Destination.Classify(
                    Set.of("409", "java.io.IOException"), Set.of("500"), Set.of(), Set.of())));
    assertThat(specification.destination("archive"))
        .isEqualTo(
            new Destination(
                "archive",
                DeliveryClass.HOLD,
                Destination.Remembers.ALL,
                Duration.ofMinutes(5),
                64,
                Duration.ofSeconds(30),
                List.of(),
                Retry.DEFAULT,
                Destination.Classify.DEFAULT));
    Operation create = specification.operations().get("CreateOrder");
    assertThat(create.onFailure()).isEqualTo(OnFailure.GO_ON);
    assertThat(create.id())
        .isEqualTo(
            new Expression.Joined(
                List.of(
                    new Expression.Json("/orderId", at(7)), new Expression.Header("Line", at(7))),
                at(7)));
    assertThat(create.match())
        .containsExactly(
            new Condition.Equal(new Expression.Json("/type", at(5)), "5"),
            new Condition.Present(new Expression.Header("Channel", at(5))));
    assertThat(create.post()).extracting("to").containsExactly("archive", "erp");
    assertThat(specification.operations().get("ChangeOrder").match())
        .containsExactly(new Condition.Root("urn:change", "OrderChange"));
    assertThat(specification.sequencing().groupsOf("CreateOrder")).hasSize(1);
    assertThat(specification.sequencing().unsequenced()).containsExactly("Note");
    assertThat(specification.lockNameSpaces()).containsExactly("cust");
  }

  private static Place at(int line) {
    return new Place("operations.yaml", line);
  }

  @Test
  void aFolderWithoutFilesIsAnEmptySpecification() {
    Specification empty = SpecificationLoader.load(folder.resolve("nothing-here"), Map.of());

    assertThat(empty.operations()).isEmpty();
    assertThat(empty.destinations()).isEmpty();
  }

  @Test
  void whatIsSetOnTopWins() {
    Specification specification =
        config.load(
            Map.of(
                "waybill.destinations.erp.in-flight", "3",
                "waybill.destinations.erp.classify.permanent", "[ 418 ]",
                "waybill.destinations.extra.delivery", "repeat",
                "spring.datasource.url", "jdbc:postgresql:x"));

    assertThat(specification.destinations().get("erp").inFlight()).isEqualTo(3);
    assertThat(specification.destinations().get("erp").classify().permanent())
        .containsExactly("418");
    assertThat(specification.destinations().get("extra").delivery())
        .isEqualTo(DeliveryClass.REPEAT);
  }

  @Test
  void whatIsSetOnTopIsCheckedAsTheFilesAre() {
    assertThat(
            config.problems(
                Map.of(
                    "waybill.destinations.erp.in-flight", "many",
                    "waybill.max-bdy", "5MB")))
        .containsExactly(
            "--waybill.destinations.erp.in-flight: in-flight of destination erp is 'many'; write a"
                + " whole number from 1 to 100000",
            "--waybill.max-bdy: unknown key 'waybill.max-bdy'; write waybill.max-body");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    config
        .with("destinations.yaml", "waybill.destinations:\n  erp: { delivry: hold }\n")
        .with("sequencing.yaml", "waybill.sequencing:\n  unsequenced: [ Note, Nothing ]\n");

    assertThatThrownBy(() -> config.load())
        .isInstanceOf(SpecificationException.class)
        .hasMessage(
            """
            destinations.yaml:2: destination erp has no delivery; write delivery: transactional | deduplicating | queryable | hold | repeat
            destinations.yaml:2: unknown key 'delivry' in destination erp; write delivery
            operations.yaml:4: operation CreateOrder is in no sequencing group; write it in one, or under unsequenced of waybill.sequencing
            operations.yaml:9: operation CreateOrder posts to 'archive', which is no destination; write one of: erp
            operations.yaml:11: operation ChangeOrder is in no sequencing group; write it in one, or under unsequenced of waybill.sequencing
            operations.yaml:15: operation Note posts to 'archive', which is no destination; write one of: erp
            sequencing.yaml:2: there is no operation 'Nothing', named in unsequenced; write one of: CreateOrder, ChangeOrder, Note"""
                .strip());
  }

  @Test
  void technicalKeysAreKnownOrRefused() {
    config.with(
        "application.yaml",
        """
        server.port: 8080
        wabill.x: 1
        waybill:
          embeded: never
          embedded: auto
          max-body: 16MB
          jms: { batch: 10, batchbytes: 5 }
          users:
            hoffmann: { password: x, roles: [ submitter ], operatons: [ Note ] }
          sample:
            anything: { goes: here }
          data: { folder: x }
        waybill.completely-unknown: 1
        """);

    assertThat(config.problems())
        .containsExactly(
            "application.yaml:2: unknown key 'wabill.x'; write waybill",
            "application.yaml:4: unknown key 'waybill.embeded'; write waybill.embedded",
            "application.yaml:7: unknown key 'waybill.jms.batchbytes'; write"
                + " waybill.jms.batch-bytes",
            "application.yaml:9: unknown key 'waybill.users.hoffmann.operatons'; write"
                + " waybill.users.hoffmann.operations",
            "application.yaml:12: 'waybill.data' is a single value, not a table of keys",
            "application.yaml:13: unknown key 'waybill.completely-unknown'; known in waybill are:"
                + " "
                + TechnicalKeys.names());
  }

  @Test
  void filesMayShareASectionButNotADestination() {
    config.with(
        "application.yaml",
        """
        waybill.destinations:
          second: { delivery: repeat }
          erp: { delivery: hold }
        waybill.destinations.third: { delivery: hold }
        """);

    assertThat(config.problems())
        .containsExactly(
            "destinations.yaml:2: 'waybill.destinations.erp' is also at application.yaml:3; remove"
                + " one of them");
  }

  @Test
  void linksAreDeclaredAndNeeded() {
    config.with(
        "destinations.yaml",
        """
        waybill.links:
          erp: { every: 5s, timeout: 3s }
          other:
        waybill.destinations:
          erp: { delivery: hold, links: [ erp ] }
          archive: { delivery: hold }
        """);
    config.with(
        "operations.yaml",
        """
        waybill.namespaces: { cbc: "urn:basic", cn: "urn:change" }
        waybill.operations:
          CreateOrder:
            values: { customer: { json: /customerId } }
            links: [ erp, { name: other, when: { header: Channel, equals: EDI } } ]
            post: archive
          ChangeOrder: { post: archive }
          Note: { post: archive }
        """);

    Specification specification = config.load();
    assertThat(config.problems()).isEmpty();
    assertThat(specification.links())
        .containsExactly(
            Map.entry("erp", new Link("erp", Duration.ofSeconds(5), Duration.ofSeconds(3))),
            Map.entry("other", new Link("other", Duration.ofSeconds(5), Duration.ofSeconds(3))));
    assertThat(specification.operations().get("CreateOrder").links())
        .extracting(link -> link.name() + " " + link.when().size())
        .containsExactly("erp 0", "other 1");
    assertThat(specification.headerNames()).containsExactly("Channel");
  }

  @Test
  void theConfigurationThatIsShippedHasNoProblems() {
    assertThat(SpecificationLoader.check(Path.of("config"))).isEmpty();
    assertThat(SpecificationLoader.load(Path.of("config"), Map.of()).operations()).isNotEmpty();
  }
}
