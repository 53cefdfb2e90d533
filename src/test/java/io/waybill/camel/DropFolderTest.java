package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.message.Fingerprint;
import io.waybill.message.Reason;
import io.waybill.spec.Specification;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropFolderTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  private Path in;
  private Path accepted;
  private Path rejected;

  private final FakeBroker broker = new FakeBroker();
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private WaybillComponent waybill;

  @BeforeEach
  void folders() throws IOException {
    in = Files.createDirectories(home.resolve("in"));
    accepted = in.resolve("accepted");
    rejected = in.resolve("rejected");
    waybill =
        new WaybillComponent(
            broker,
            broker,
            () -> new Specification(Map.of(), Map.of()),
            null,
            new Failures(Clock.systemUTC()));
    waybill.setLargestDocument(1 << 20);
    camel.addComponent("waybill", waybill);
  }

  @AfterEach
  void stop() {
    camel.stop();
    broker.close();
  }

  private void start() throws Exception {
    start("200ms");
  }

  private void start(String stable) throws Exception {
    camel.addRoutes(new DropFolderRoutes(broker, waybill, home, Clock.systemUTC()));
    TemplatedRouteBuilder.builder(camel, "waybill-drop-folder")
        .routeId("drop")
        .parameter("folder", "in")
        .parameter("sender", "acme")
        .parameter("operations", "A,B")
        .parameter("stable", stable)
        .parameter("poll", "50")
        .add();
    camel.start();
  }

  private Path drop(String name, String text) throws IOException {
    return Files.writeString(in.resolve(name), text);
  }

  private JsonNode receipt(Path folder, String name) throws IOException {
    Path file = folder.resolve(name + ".receipt.json");
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file));
    awaitThere(folder.resolve(name));
    return JSON.readTree(Files.readString(file));
  }

  private static void awaitThere(Path file) {
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file));
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(".writing-"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> filesBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void nothingIsLeft() {
    assertThat(names(in)).containsOnly(".claimed", "accepted", "rejected");
    assertThat(filesBelow(in.resolve(".claimed"))).isEmpty();
  }

  @Test
  void aFileIsAcceptedWithAReceipt() throws Exception {
    drop("order-1.json", "{\"a\":1}");
    start();

    JsonNode receipt = receipt(accepted, "order-1.json");
    assertThat(receipt.get("file").textValue()).isEqualTo("order-1.json");
    assertThat(receipt.get("size").longValue()).isEqualTo(7);
    assertThat(receipt.get("sha256").textValue())
        .isEqualTo(Fingerprint.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8)).hex());
    assertThat(receipt.get("result").textValue()).isEqualTo("accepted");
    assertThat(receipt.get("seq").longValue()).isEqualTo(1);
    assertThat(receipt.get("status").textValue()).isEqualTo("submitted");
    assertThat(Files.readString(accepted.resolve("order-1.json"))).isEqualTo("{\"a\":1}");
    var submission = broker.journal().get(0).submission();
    assertThat(submission.sender()).isEqualTo("acme");
    assertThat(submission.source()).isEqualTo("file:order-1.json");
    assertThat(submission.allowed()).containsExactlyInAnyOrder("A", "B");
    assertThat(submission.payload().headers()).containsEntry("file-name", "order-1.json");
    nothingIsLeft();
  }

  @Test
  void aDuplicateIsAcceptedAndNamesTheFirst() throws Exception {
    start();
    drop("one.json", "same");
    receipt(accepted, "one.json");
    drop("two.json", "same");

    JsonNode receipt = receipt(accepted, "two.json");
    assertThat(receipt.get("result").textValue()).isEqualTo("duplicate");
    assertThat(receipt.get("duplicate_of").longValue()).isEqualTo(1);
    assertThat(broker.journal()).hasSize(1);
  }

  @Test
  void noFileOverwritesAnEarlierOneOfItsName() throws Exception {
    start();
    drop("order.json", "first");
    receipt(accepted, "order.json");
    drop("order.json", "second");

    await().atMost(Duration.ofSeconds(30)).until(() -> names(accepted).size() == 4);
    assertThat(Files.readString(accepted.resolve("order.json"))).isEqualTo("first");
    String other =
        names(accepted).stream()
            .filter(name -> !name.endsWith(".receipt.json") && !name.equals("order.json"))
            .findFirst()
            .orElseThrow();
    assertThat(other).startsWith("order.json.");
    assertThat(Files.readString(accepted.resolve(other))).isEqualTo("second");
    assertThat(receipt(accepted, other).get("file").textValue()).isEqualTo("order.json");
  }

  @Test
  void aFileIsNotReadWhileItGrows() throws Exception {
    start("400ms");
    Path slow = drop("slow.json", "");
    for (int part = 0; part < 12; part++) {
      Files.writeString(slow, "part" + part, StandardOpenOption.APPEND);
      long written = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(() -> System.nanoTime() - written > Duration.ofMillis(100).toNanos());
      assertThat(broker.journal()).isEmpty();
    }

    receipt(accepted, "slow.json");
    assertThat(broker.journal()).hasSize(1);
    assertThat(broker.journal().get(0).text()).endsWith("part11");
  }

  @Test
  void aFileWithAnOldTimeIsWatchedAllTheSame() throws Exception {
    start("400ms");
    Path old = drop("old.json", "a");
    Files.setLastModifiedTime(old, FileTime.fromMillis(0));
    receipt(accepted, "old.json");

    assertThat(broker.journal().get(0).text()).isEqualTo("a");
  }

  @Test
  void temporaryNamesAreLeftAloneUntilTheyAreRenamed() throws Exception {
    start();
    drop(".hidden.json", "1");
    drop("a.json.tmp", "2");
    drop("b.json.part", "3");
    drop("c.json~", "4");
    drop("good.json", "5");
    Files.createDirectories(in.resolve("below"));
    drop("below/deep.json", "6");

    receipt(accepted, "good.json");
    assertThat(broker.journal()).hasSize(1);
    Files.move(in.resolve("a.json.tmp"), in.resolve("a.json"));
    receipt(accepted, "a.json");
    assertThat(broker.journal()).hasSize(2);
    assertThat(in.resolve("below/deep.json")).exists();
  }

  @Test
  void aLinkIsRefused() throws Exception {
    Path secret = Files.writeString(home.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(in.resolve("link.json"), secret);
    drop("other.json", "x");
    start();

    receipt(accepted, "other.json");
    drop("another.json", "y");
    receipt(accepted, "another.json");
    assertThat(broker.journal()).noneMatch(stored -> stored.text().equals("secret"));
    assertThat(Files.isSymbolicLink(in.resolve("link.json"))).isTrue();
  }

  @Test
  void anEmptyFileIsRejectedAndJournaled() throws Exception {
    drop("empty.json", "");
    start();

    JsonNode receipt = receipt(rejected, "empty.json");
    assertThat(receipt.get("result").textValue()).isEqualTo("failed");
    assertThat(receipt.get("reason").textValue()).isEqualTo("unreadable");
    assertThat(receipt.get("remedy").textValue()).isNotBlank();
    assertThat(broker.failed().get(0).submission().sender()).isEqualTo("acme");
    nothingIsLeft();
  }

  @Test
  void aFileThatIsTooLargeIsKeptInRejected() throws Exception {
    drop("large.json", "x".repeat((1 << 20) + 1));
    start();

    JsonNode receipt = receipt(rejected, "large.json");
    assertThat(receipt.get("reason").textValue()).isEqualTo("too_large");
    assertThat(receipt.get("size").longValue()).isEqualTo((1 << 20) + 1);
    assertThat(Files.size(rejected.resolve("large.json"))).isEqualTo((1 << 20) + 1);
    assertThat(broker.failed().get(0).text()).contains("large.json").contains("rejected/");
  }

  @Test
  void oddNamesAreNamesLikeOthers() throws Exception {
    String longest = "n".repeat(250) + ".json";
    drop("line\nbreak.json", "1");
    drop("${header.x} & {{y}}.json", "2");
    drop("%2e%2e%2f.json", "3");
    drop("-rf *.json", "4");
    drop(longest, "5");
    start();

    receipt(accepted, "line\nbreak.json");
    receipt(accepted, "${header.x} & {{y}}.json");
    receipt(accepted, "%2e%2e%2f.json");
    receipt(accepted, "-rf *.json");
    awaitThere(accepted.resolve(longest));
    await().atMost(Duration.ofSeconds(10)).until(() -> names(accepted).size() == 10);
    assertThat(names(accepted))
        .anySatisfy(
            name -> assertThat(name).startsWith("nnn").endsWith(".receipt.json").contains("~"));
    assertThat(broker.journal().get(3).submission().source()).doesNotContain("\n");
    assertThat(broker.failed()).isEmpty();
    nothingIsLeft();
  }

  @Test
  void namesInOtherScriptsWork() throws Exception {
    Path file;
    try {
      file = drop("Bestellung-ä€.json", "1");
    } catch (InvalidPathException e) {
      Assumptions.abort("this JVM's locale has no such names");
      return;
    }
    start();

    receipt(accepted, file.getFileName().toString());
  }

  @Test
  void filesOfAPollAreHandedInByName() throws Exception {
    List<String> names = IntStream.range(0, 60).mapToObj("f%03d.json"::formatted).toList();
    for (int number = 59; number >= 0; number--) {
      drop(names.get(number), names.get(number));
    }
    start();

    awaitThere(accepted.resolve("f059.json"));
    await().atMost(Duration.ofSeconds(30)).until(() -> broker.journal().size() == 60);
    assertThat(broker.journal().stream().map(FakeBroker.Stored::text)).isEqualTo(names);
  }

  @Test
  void whileTheJournalTakesNothingTheFileStays() throws Exception {
    broker.refuse(3);
    drop("order.json", "x");
    start();

    receipt(accepted, "order.json");
    assertThat(broker.refused()).isEqualTo(3);
    assertThat(broker.journal()).hasSize(1);
    nothingIsLeft();
  }

  @Test
  void noFileOvertakesOneForWhichThereWasNoRoom() throws Exception {
    List<String> names = IntStream.range(0, 20).mapToObj("f%03d.json"::formatted).toList();
    for (String name : names) {
      drop(name, name);
    }
    broker.refuseAtOnce(1);
    start();

    awaitThere(accepted.resolve("f019.json"));
    await().atMost(Duration.ofSeconds(30)).until(() -> broker.journal().size() == 20);
    assertThat(broker.refused()).isEqualTo(1);
    assertThat(broker.journal().stream().map(FakeBroker.Stored::text)).isEqualTo(names);
  }

  @Test
  void whatACrashLeftClaimedIsReadAgain() throws Exception {
    Files.createDirectories(in.resolve(".claimed"));
    Files.createDirectories(in.resolve(".claimed/1f"));
    Files.writeString(in.resolve(".claimed/1f/order.json"), "claimed");
    Files.writeString(in.resolve(".claimed/taken.json"), "claimed before");
    drop("taken.json", "dropped since");
    Path twice = drop("twice.json", "in both");
    Files.createLink(in.resolve(".claimed/twice.json"), twice);
    start();

    receipt(accepted, "order.json");
    receipt(accepted, "taken.json");
    receipt(accepted, "twice.json");
    await().atMost(Duration.ofSeconds(30)).until(() -> names(accepted).size() == 8);
    assertThat(in.resolve(".claimed/1f")).doesNotExist();
    assertThat(broker.journal().stream().map(FakeBroker.Stored::text))
        .containsExactlyInAnyOrder("claimed", "claimed before", "dropped since", "in both");
    nothingIsLeft();
  }

  @Test
  void aFileThatCannotBeMovedIsTriedAgainAndRecognised() throws Exception {
    start();
    drop("first.json", "1");
    receipt(accepted, "first.json");
    Path aside = in.resolve(".aside");
    Files.move(accepted, aside);
    drop("second.json", "2");
    await().atMost(Duration.ofSeconds(30)).until(() -> broker.duplicates() > 0);
    Files.move(aside, accepted);

    JsonNode receipt = receipt(accepted, "second.json");
    assertThat(receipt.get("result").textValue()).isEqualTo("duplicate");
    assertThat(broker.journal()).hasSize(2);
  }

  @Test
  void aRouteOfOnesOwnThatFailsRejectsTheFileAndKeepsItsBytes() throws Exception {
    DropFolder folder = new DropFolder(in);
    DropFolderFilter<File> filter =
        new DropFolderFilter<>(folder, "*", Duration.ZERO, Clock.systemUTC());
    camel
        .getRegistry()
        .bind(
            "strategy",
            new DropFolderStrategy<>(
                new DropFolderStrategy.Place<>(folder, "acme", filter, false),
                broker,
                waybill.documents(),
                Clock.systemUTC()));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("file:" + in + "?processStrategy=#strategy&delay=50&initialDelay=0")
                .setBody(constant("changed"))
                .choice()
                .when(header("CamelFileName").isEqualTo("bad.json"))
                .throwException(new IllegalStateException("no"))
                .end();
          }
        });
    drop("bad.json", "as received");
    drop("silent.json", "never submitted");
    camel.start();

    assertThat(receipt(rejected, "bad.json").get("reason").textValue()).isEqualTo("route_failed");
    assertThat(receipt(rejected, "silent.json").get("reason_detail").textValue())
        .contains("without waybill:submit");
    assertThat(broker.failed())
        .extracting(FakeBroker.Stored::text)
        .containsExactlyInAnyOrder("as received", "never submitted");
    assertThat(broker.failed())
        .extracting(stored -> stored.submission().failure().reason())
        .containsOnly(Reason.ROUTE_FAILED);
  }

  @Test
  void aWrittenFileIsForcedToDisk() throws Exception {
    camel.getRegistry().bind("waybillDurableFile", new DurableFile());
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:out")
                .to("file:" + home.resolve("out") + "?fileName=a.json")
                .to("bean:waybillDurableFile");
            from("direct:forgot").to("bean:waybillDurableFile");
          }
        });
    camel.start();
    var template = camel.createProducerTemplate();

    assertThat(template.request("direct:out", one -> one.getIn().setBody("x")).getException())
        .isNull();
    assertThat(home.resolve("out/a.json")).hasContent("x");
    assertThat(template.request("direct:forgot", one -> one.getIn().setBody("x")).getException())
        .hasMessageContaining("No file was written");
  }
}
