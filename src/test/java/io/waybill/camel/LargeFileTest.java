package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.message.Reason;
import io.waybill.spec.Specification;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeFileTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  private Path in;

  private final FakeBroker broker = new FakeBroker();
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private WaybillComponent waybill;

  @BeforeEach
  void folders() throws IOException {
    in = Files.createDirectories(home.resolve("in"));
    waybill =
        new WaybillComponent(
            broker,
            broker,
            () -> new Specification(Map.of(), Map.of()),
            null,
            new Failures(Clock.systemUTC()));
    waybill.setLargestDocument(1000);
    camel.addComponent("waybill", waybill);
  }

  @AfterEach
  void stop() {
    camel.stop();
    broker.close();
  }

  private void start(DefaultCamelContext context, String split) throws Exception {
    context.addRoutes(new DropFolderRoutes(broker, waybill, home, Clock.systemUTC()));
    TemplatedRouteBuilder.builder(context, "waybill-drop-folder")
        .routeId("drop")
        .parameter("folder", "in")
        .parameter("sender", "acme")
        .parameter("operations", "A")
        .parameter("split", split)
        .parameter("stable", "50ms")
        .parameter("poll", "50")
        .add();
    context.start();
  }

  private Path drop(String name, String text) throws IOException {
    Path unfinished = Files.writeString(in.resolve("." + name), text);
    return Files.move(unfinished, in.resolve(name));
  }

  private JsonNode receipt(String folder, String name) throws IOException {
    Path file = in.resolve(folder).resolve(name);
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file));
    return JSON.readTree(Files.readString(file.resolveSibling(name + ".receipt.json")));
  }

  private static String lines(int from, int until) {
    return IntStream.range(from, until)
        .mapToObj(i -> "{\"n\":" + i + "}\n")
        .collect(Collectors.joining());
  }

  private List<String> journaled() {
    return broker.journal().stream().map(FakeBroker.Stored::text).toList();
  }

  @Test
  void eachLineIsAMessageOfItsOwn() throws Exception {
    start(camel, "jsonl");
    drop("orders.jsonl", "{\"n\":1}\n\n{\"n\":2}\n");

    JsonNode receipt = receipt("accepted", "orders.jsonl");
    assertThat(journaled()).containsExactly("{\"n\":1}", "{\"n\":2}");
    assertThat(receipt.get("result").textValue()).isEqualTo("accepted");
    assertThat(receipt.at("/counts/documents").intValue()).isEqualTo(2);
    assertThat(receipt.at("/documents/1/line").intValue()).isEqualTo(3);
    assertThat(receipt.at("/documents/1/seq").intValue()).isEqualTo(2);
    var second = broker.journal().get(1).submission();
    assertThat(second.source()).isEqualTo("file:orders.jsonl#3");
    assertThat(second.sender()).isEqualTo("acme");
    assertThat(second.messageId()).isEqualTo(receipt.get("sha256").textValue() + "-3");
    assertThat(second.payload().headers()).containsEntry("file-name", "orders.jsonl");
  }

  @Test
  void aBadLineIsAFailedMessageAndStopsNothing() throws Exception {
    start(camel, "csv");
    drop("orders.csv", "id,what\n1,a\n2\n3,c\n");

    JsonNode receipt = receipt("accepted", "orders.csv");
    assertThat(receipt.get("result").textValue()).isEqualTo("partly");
    assertThat(receipt.get("remedy").textValue()).contains("file of their own");
    assertThat(receipt.at("/counts/accepted").intValue()).isEqualTo(2);
    assertThat(receipt.at("/counts/failed").intValue()).isEqualTo(1);
    assertThat(receipt.at("/documents/1/line").intValue()).isEqualTo(3);
    assertThat(receipt.at("/documents/1/result").textValue()).isEqualTo("failed");
    assertThat(receipt.at("/documents/1/reason_detail").textValue()).contains("Line 3");
    assertThat(broker.failed()).hasSize(1);
    assertThat(journaled()).contains("{\"id\":\"3\",\"what\":\"c\"}");
  }

  @Test
  void aFileOfWhichNothingCouldBeReadIsRejected() throws Exception {
    start(camel, "xml:{urn:o}order");
    drop("orders.xml", "<orders><order/></orders>");

    JsonNode receipt = receipt("rejected", "orders.xml");
    assertThat(receipt.get("result").textValue()).isEqualTo("failed");
    assertThat(receipt.at("/documents/0/reason_detail").textValue()).contains("{urn:o}order");
  }

  @Test
  void elementsOfAnyNameSpaceAreFound() throws Exception {
    start(camel, "xml:{http://example.org/a?b=c&d#e}order");
    drop(
        "o.xml",
        "<orders xmlns='http://example.org/a?b=c&amp;d#e'><order>1</order><order/></orders>");

    receipt("accepted", "o.xml");
    assertThat(broker.journal()).hasSize(2);
  }

  @Test
  void whatIsRefusedForNowIsHandedInAgainAndNotOvertaken() throws Exception {
    broker.refuse(3);
    start(camel, "jsonl");
    drop("orders.jsonl", lines(0, 5000));

    JsonNode receipt = receipt("accepted", "orders.jsonl");
    assertThat(receipt.at("/counts/documents").intValue()).isEqualTo(5000);
    assertThat(broker.refused()).isEqualTo(3);
    assertThat(broker.journal()).hasSize(5000);
  }

  @Test
  void whatIsRefusedAtOnceIsNotOvertaken() throws Exception {
    broker.refuseAtOnce(4);
    start(camel, "jsonl");
    drop("orders.jsonl", lines(0, 5000));

    receipt("accepted", "orders.jsonl");
    assertThat(broker.refused()).isEqualTo(4);
    assertThat(String.join("\n", journaled()) + "\n").isEqualTo(lines(0, 5000));
  }

  @Test
  void aStopInTheMiddleGivesTheFileBackAndTheNextStartGoesOn() throws Exception {
    int many = 200_000;
    start(camel, "jsonl");
    drop("orders.jsonl", lines(0, many));
    await().atMost(Duration.ofSeconds(30)).until(() -> broker.journal().size() > 1000);
    assertThat(waybill.underway().now())
        .singleElement()
        .satisfies(body -> assertThat(body.source()).isEqualTo("file:orders.jsonl"))
        .satisfies(body -> assertThat(body.read()).isBetween(1L, body.size()));
    camel.stop();
    assertThat(waybill.underway().now()).isEmpty();
    assertThat(in.resolve("orders.jsonl")).exists();
    assertThat(broker.journal().size()).isLessThan(many);

    try (DefaultCamelContext again = new DefaultCamelContext()) {
      again.addComponent("waybill", waybill);
      start(again, "jsonl");
      JsonNode receipt = receipt("accepted", "orders.jsonl");
      assertThat(receipt.at("/counts/documents").intValue()).isEqualTo(many);
      assertThat(receipt.at("/counts/duplicate").intValue()).isGreaterThan(1000);
    }
    assertThat(broker.journal()).hasSize(many);
    assertThat(String.join("\n", journaled()) + "\n").isEqualTo(lines(0, many));
  }

  @Test
  void aFileThatIsMuchLargerThanADocumentMayBeIsRead() throws Exception {
    start(camel, "jsonl");
    drop("large.jsonl", lines(0, 1000) + "x".repeat(5000) + "\n" + lines(1000, 1001));

    JsonNode receipt = receipt("accepted", "large.jsonl");
    assertThat(receipt.at("/counts/accepted").intValue()).isEqualTo(1001);
    assertThat(receipt.at("/documents/1000/line").intValue()).isEqualTo(1001);
    assertThat(broker.failed()).hasSize(1);
    assertThat(broker.failed().get(0).submission().failure().reason()).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void aRouteThatFailsIsOneFailedMessage() throws Exception {
    DropFolder folder = new DropFolder(in);
    DropFolderFilter<File> filter =
        new DropFolderFilter<>(folder, "*", Duration.ZERO, Clock.systemUTC());
    camel
        .getRegistry()
        .bind(
            "strategy",
            new DropFolderStrategy<>(
                new DropFolderStrategy.Place<>(folder, "acme", filter, true),
                broker,
                waybill.documents(),
                Clock.systemUTC()));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("file:" + in + "?processStrategy=#strategy&delay=50&initialDelay=0")
                .throwException(new IOException("mapping"))
                .to("waybill:submit?split=jsonl");
          }
        });
    camel.start();
    drop("orders.jsonl", lines(0, 10));

    JsonNode receipt = receipt("rejected", "orders.jsonl");
    assertThat(receipt.get("reason").textValue()).isEqualTo("route_failed");
    assertThat(broker.failed().get(0).text())
        .contains("orders.jsonl", receipt.get("sha256").textValue());
  }

  @Test
  void anyBodyMayBeSplit() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in").to("waybill:submit?split=jsonl");
          }
        });
    camel.start();
    Exchange text =
        camel.createProducerTemplate().send("direct:in", e -> e.getIn().setBody("1\n2"));
    Exchange stream =
        camel
            .createProducerTemplate()
            .send(
                "direct:in",
                e -> e.getIn().setBody(new java.io.ByteArrayInputStream("3\n4".getBytes())));

    assertThat(text.getMessage().getHeader("CamelWaybillResult")).isEqualTo("accepted");
    assertThat(text.getMessage().getHeader("CamelWaybillDocuments")).isEqualTo(2L);
    assertThat(stream.getMessage().getHeader("CamelWaybillFailed")).isEqualTo(0L);
    assertThat(journaled()).containsExactly("1", "2", "3", "4");
  }
}
