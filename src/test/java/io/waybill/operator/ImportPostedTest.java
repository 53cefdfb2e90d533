package io.waybill.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What was posted before there was this broker, told by HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportPostedTest {

  private static final String PATH = "/import-posted?why=cut-over&from=old.csv";

  private Desk desk;

  @BeforeAll
  void open() {
    desk = new Desk();
  }

  @AfterAll
  void close() {
    desk.close();
  }

  @BeforeEach
  void reset() {
    desk.broker.reset();
  }

  private HttpResponse<String> post(String path, String type, String body) {
    return desk.post("admin", path, body, "Content-Type", type);
  }

  @Test
  void jsonLinesTellWhatItWasPostedUnder() {
    HttpResponse<String> answer =
        post(
            PATH,
            "application/jsonl",
            """
            {"operation": "CreateCustomer", "key": 4711, "id": " a "}

            {"operation": "CreateCustomer", "key": "r", "field": "/approvedBy"}
            """);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"lines\":2")
        .contains("\"facts\":3")
        .contains("\"CreateCustomer by id\"");
    assertThat(desk.broker.posted)
        .containsExactly(
            new PostedAs("CreateCustomer", By.KEY, "4711"),
            new PostedAs("CreateCustomer", By.ID, "a"),
            PostedAs.announced("CreateCustomer", "/approvedBy", "r"));
    assertThat(desk.broker.imports)
        .containsExactly("3 facts of 2 lines of old.csv by admin: cut-over");
  }

  @Test
  void csvDoesToo() {
    assertThat(post(PATH, "text/csv", "operation,key,id\nCreateCustomer,4711,\n").statusCode())
        .isEqualTo(200);
    assertThat(desk.broker.posted).containsExactly(new PostedAs("CreateCustomer", By.KEY, "4711"));
  }

  @Test
  void allThatIsWrongIsToldWithItsLineAndNothingImported() {
    HttpResponse<String> answer =
        post(
            PATH,
            "application/jsonl",
            """
            {"operation": "CreateCustomer", "key": "4711"}
            {"operation": "CreateCustomr", "key": "4711"}
            {"operation": "CreateCustomer"}
            nonsense
            {"operation": "CreateCustomer", "kee": "4711"}
            {"operation": "CreateCustomer", "key": ["4711"]}
            {"operation": "CreateCustomer", "key": 1.50}
            {"operation": "CreateCustomer", "field": "/approvedBy"}
            {"key": "4711"}
            {"operation": "CreateCustomer", "key": "a\\u0000b"}
            """);
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body())
        .contains("Line 2: there is no operation 'CreateCustomr'; did you mean 'CreateCustomer'?")
        .contains("{\"line\":3,\"text\":\"neither key, id nor business_id")
        .contains("{\"line\":4,\"text\":\"not JSON")
        .contains("{\"line\":5,\"text\":\"'kee' is not known here")
        .contains("{\"line\":6,\"text\":\"key is neither a text nor a whole number")
        .contains("{\"line\":7,\"text\":\"key is neither a text nor a whole number")
        .contains("{\"line\":8,\"text\":\"a field is announced to the messages of one key")
        .contains("{\"line\":9,\"text\":\"operation is missing")
        .contains("{\"line\":10,\"text\":\"key has a control character")
        .doesNotContain("{\"line\":1,");
    assertThat(desk.broker.posted).isEmpty();
  }

  @Test
  void aReasonIsNeededAndADryRunOnlyChecks() {
    String line = "{\"operation\": \"CreateCustomer\", \"key\": \"4711\"}";
    assertThat(post("/import-posted", "application/jsonl", line).statusCode()).isEqualTo(400);
    assertThat(post(PATH + "&dry-run=true", "application/jsonl", line).statusCode()).isEqualTo(200);
    assertThat(desk.broker.posted).isEmpty();
  }

  @Test
  void tooManyLinesAreRefusedWhole() {
    String lines =
        IntStream.rangeClosed(0, PostedLines.MOST)
            .mapToObj("{\"operation\": \"CreateCustomer\", \"key\": %d}"::formatted)
            .collect(Collectors.joining("\n"));
    assertThat(post(PATH, "application/jsonl", lines).statusCode()).isEqualTo(413);
    assertThat(desk.broker.posted).isEmpty();
  }
}
