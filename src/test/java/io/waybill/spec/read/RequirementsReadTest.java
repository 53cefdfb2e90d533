package io.waybill.spec.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.Need;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
import io.waybill.message.Reason;
import io.waybill.message.Submission;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import io.waybill.spec.load.ConfigFolder;
import io.waybill.spec.load.SpecificationLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a document says that it needs, and announces. */
class RequirementsReadTest {

  @TempDir static Path folder;
  private static Specification specification;
  private static Reader reader;

  @BeforeAll
  static void specification() {
    new ConfigFolder(folder)
        .with("destinations.yaml", "waybill.destinations.erp: { delivery: repeat }\n")
        .with(
            "operations.yaml",
            """
            waybill.operations:
              Customer: { id: { json: /id }, post: erp }
              Order:
                values: { customer: { json: /customer } }
                id: { json: /id }
                requires:
                  - field: { json: /approvedBy }
                  - field: { json: /state, equals: open }
                  - posted: { operation: Customer, key: { value: customer }, within: 2d, then: fail }
                  - posted: { operation: Quote, id: { json: /quote }, business-id: { json: /deal } }
                post: erp
              Quote: { id: { json: /id }, business-id: { json: /deal }, post: erp }
              Approval:
                id: { json: /id }
                announces: { operation: Order, key: { json: /order }, field: /approvedBy }
                post: erp
            """)
        .with(
            "sequencing.yaml",
            """
            waybill.sequencing:
              groups:
                customer:
                  lock-name-space: cust
                  operations: { Customer: { key: { json: /id } } }
                order:
                  lock-name-space: order
                  operations: { Order: { key: { json: /id } } }
              unsequenced: [ Quote, Approval ]
            """);
    specification = SpecificationLoader.load(folder, Map.of());
    reader = new Reader(specification, 1_000);
  }

  private static Reading read(String operation, String json) {
    return reader.read(
        new Submission(
            new Payload(json.getBytes(StandardCharsets.UTF_8), null, Map.of()),
            "acme",
            "test",
            operation,
            Set.of(),
            null,
            Map.of(),
            null));
  }

  private static List<Need> needs(String json) {
    return ((Reading.Read) read("Order", json)).needs();
  }

  @Test
  void aDocumentNeedsWhatItNamesAndTheFieldsItLacks() {
    assertThat(needs("{'id': 1, 'customer': 4711, 'quote': 'q', 'deal': 'd'}".replace('\'', '"')))
        .containsExactly(
            new Need(
                "field /approvedBy",
                List.of(PostedAs.announced("Order", "/approvedBy", "1")),
                null,
                false,
                null),
            new Need(
                "field /state = open",
                List.of(PostedAs.announced("Order", "/state", "1")),
                null,
                false,
                null),
            new Need(
                "Customer customer=4711",
                List.of(new PostedAs("Customer", By.KEY, "4711")),
                Duration.ofDays(2),
                true,
                null),
            new Need(
                "Quote id=q or business-id=d",
                List.of(
                    new PostedAs("Quote", By.ID, "q"), new PostedAs("Quote", By.BUSINESS_ID, "d")),
                null,
                false,
                null));
  }

  @Test
  void aFieldThatIsThereIsNotNeeded() {
    assertThat(
            needs(
                """
                {"id": 1, "customer": 4711, "quote": "q", "deal": "d", "approvedBy": "eve",
                 "state": " open "}
                """))
        .extracting(Need::text)
        .containsExactly("Customer customer=4711", "Quote id=q or business-id=d");
    assertThat(
            needs(
                """
                {"id": 1, "customer": 4711, "quote": "q", "deal": "d", "approvedBy": " ",
                 "state": "closed"}
                """))
        .hasSize(4);
  }

  @Test
  void aDocumentThatDoesNotSayWhatItRequiresCannotBeKeyed() {
    Reading reading = read("Order", "{\"id\": 1, \"quote\": \"q\", \"deal\": \"d\"}");
    assertThat(reading)
        .isEqualTo(
            new Reading.Unread(
                Reason.UNKEYED,
                "The key of Customer under requires of Order (json: /customer, operations.yaml:4)"
                    + " cannot be used: there is no such field in the document",
                "Order",
                "1"));
  }

  @Test
  void anAnnouncementNamesFieldAndKey() {
    assertThat(((Reading.Read) read("Approval", "{\"id\": 7, \"order\": 1}")).announces())
        .containsExactly(PostedAs.announced("Order", "/approvedBy", "1"));
  }

  @Test
  void whatIsRequiredIsToBeRemembered() {
    assertThat(specification.required())
        .containsExactlyInAnyOrder(
            new PostedAs.Kind("Customer", By.KEY),
            new PostedAs.Kind("Quote", By.ID),
            new PostedAs.Kind("Quote", By.BUSINESS_ID),
            new PostedAs.Kind("Order", By.FIELD));
  }
}
