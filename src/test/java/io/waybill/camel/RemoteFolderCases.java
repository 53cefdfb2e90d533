package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.broker.Intake;
import io.waybill.message.Fingerprint;
import io.waybill.message.Submission;
import io.waybill.partner.CuttingProxy;
import io.waybill.partner.PartnerHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What holds for a folder on any kind of server, each of them a real one. */
abstract class RemoteFolderCases extends ServedFolder {

  @Test
  void aFileIsAcceptedWithAReceipt() throws Exception {
    drop("order-1.json", "{\"a\":1}");
    start(Map.of());

    JsonNode receipt = receipt("accepted", "order-1.json");
    assertThat(receipt.get("file").textValue()).isEqualTo("order-1.json");
    assertThat(receipt.get("size").longValue()).isEqualTo(7);
    assertThat(receipt.get("sha256").textValue())
        .isEqualTo(Fingerprint.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8)).hex());
    assertThat(receipt.get("result").textValue()).isEqualTo("accepted");
    assertThat(Files.readString(in.resolve("accepted/order-1.json"))).isEqualTo("{\"a\":1}");
    Submission submission = broker.journal().get(0).submission();
    assertThat(submission.sender()).isEqualTo("acme");
    assertThat(submission.source()).isEqualTo((isFtp() ? "ftp" : "sftp") + ":order-1.json");
    assertThat(submission.allowed()).containsExactlyInAnyOrder("A", "B");
    assertThat(submission.payload().headers()).containsEntry("file-name", "order-1.json");
    nothingIsLeft();
  }

  @Test
  void aDuplicateIsAcceptedAndNamesTheFirst() throws Exception {
    start(Map.of());
    drop("one.json", "same");
    receipt("accepted", "one.json");
    drop("two.json", "same");

    JsonNode receipt = receipt("accepted", "two.json");
    assertThat(receipt.get("result").textValue()).isEqualTo("duplicate");
    assertThat(receipt.get("duplicate_of").longValue()).isEqualTo(1);
    assertThat(broker.journal()).hasSize(1);
  }

  @Test
  void emptyAndTooLargeFilesAreRejected() throws Exception {
    drop("empty.json", "");
    drop("large.json", "x".repeat((1 << 20) + 1));
    start(Map.of());

    assertThat(receipt("rejected", "empty.json").get("reason").textValue()).isEqualTo("unreadable");
    JsonNode large = receipt("rejected", "large.json");
    assertThat(large.get("reason").textValue()).isEqualTo("too_large");
    assertThat(large.get("size").longValue()).isEqualTo((1 << 20) + 1);
    assertThat(Files.size(in.resolve("rejected/large.json"))).isEqualTo((1 << 20) + 1);
    nothingIsLeft();
  }

  @Test
  void noFileOverwritesAnEarlierOneOfItsName() throws Exception {
    start(Map.of());
    drop("order.json", "first");
    receipt("accepted", "order.json");
    drop("order.json", "second");

    await().atMost(PATIENCE).until(() -> names(in.resolve("accepted")).size() == 4);
    assertThat(Files.readString(in.resolve("accepted/order.json"))).isEqualTo("first");
    String other =
        names(in.resolve("accepted")).stream()
            .filter(name -> !name.endsWith(".receipt.json") && !name.equals("order.json"))
            .findFirst()
            .orElseThrow();
    assertThat(other).startsWith("order.json.");
    assertThat(receipt("accepted", other).get("file").textValue()).isEqualTo("order.json");
  }

  @Test
  void aFileIsNotReadWhileItGrows() throws Exception {
    start(Map.of("stable", "1500ms"));
    Path slow = Files.writeString(in.resolve("slow.json"), "");
    for (int part = 0; part < 14; part++) {
      Files.writeString(slow, "part" + part, StandardOpenOption.APPEND);
      long written = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(() -> System.nanoTime() - written > Duration.ofMillis(150).toNanos());
      assertThat(broker.journal()).isEmpty();
    }

    receipt("accepted", "slow.json");
    assertThat(journaled()).hasSize(1).allMatch(text -> text.endsWith("part13"));
  }

  @Test
  void temporaryNamesAreLeftAloneUntilTheyAreRenamed() throws Exception {
    start(Map.of());
    drop(".hidden.json", "1");
    drop("a.json.tmp", "2");
    drop("b.json.part", "3");
    drop("c.json~", "4");
    Files.createDirectories(in.resolve("below"));
    Files.writeString(in.resolve("below/deep.json"), "6");
    drop("good.json", "5");

    receipt("accepted", "good.json");
    Files.move(in.resolve("a.json.tmp"), in.resolve("a.json"));
    receipt("accepted", "a.json");
    assertThat(journaled()).containsExactly("5", "2");
    assertThat(in.resolve("below/deep.json")).exists();
  }

  @Test
  void filesOfAPollAreHandedInByName() throws Exception {
    List<String> names = IntStream.range(0, 30).mapToObj("f%03d.json"::formatted).toList();
    for (int number = 29; number >= 0; number--) {
      drop(names.get(number), names.get(number));
    }
    start(Map.of());

    receipt("accepted", "f029.json");
    assertThat(journaled()).isEqualTo(names);
    nothingIsLeft();
  }

  @Test
  void noFileOvertakesOneThatTheJournalDidNotTake() throws Exception {
    List<String> names = IntStream.range(0, 10).mapToObj("f%03d.json"::formatted).toList();
    for (String name : names) {
      drop(name, name);
    }
    broker.refuse(2);
    start(Map.of());

    receipt("accepted", "f009.json");
    assertThat(broker.refused()).isEqualTo(2);
    assertThat(journaled()).isEqualTo(names);
    nothingIsLeft();
  }

  @Test
  void namesAreNotTrusted() throws Exception {
    String longest = "n".repeat(250) + ".json";
    drop(longest, "1");
    drop("a..b and -rf $(c) {{d}} [e].json", "2");
    drop("glob*.json", "3");
    drop("back\\slash.json", "4");
    drop("..parent.json", "5");
    drop("line\nDELE order.json", "6");
    drop("order.json", "7");
    start(Map.of());

    receipt("accepted", "order.json");
    receipt("accepted", "a..b and -rf $(c) {{d}} [e].json");
    await().atMost(PATIENCE).until(() -> Files.exists(in.resolve("accepted").resolve(longest)));
    assertThat(journaled()).containsExactlyInAnyOrder("1", "2", "7");
    assertThat(names(in))
        .contains("glob*.json", "back\\slash.json", "..parent.json", "line\nDELE order.json");
    awaitLogged("'glob*.json' is left alone");
    assertThat(List.copyOf(log.list))
        .filteredOn(event -> event.getLoggerName().startsWith("io.waybill"))
        .noneMatch(event -> event.getFormattedMessage().contains("\n"));
  }

  @Test
  void namesInOtherScriptsWork() throws Exception {
    String name = "Bestellung-\u00e4\u20ac.json";
    try {
      drop(name, "1");
    } catch (InvalidPathException e) {
      Assumptions.abort("this JVM's locale has no such names");
    }
    start(Map.of());

    assertThat(receipt("accepted", name).get("file").textValue()).isEqualTo(name);
    assertThat(broker.journal().get(0).submission().payload().headers())
        .containsEntry("file-name", name);
  }

  @Test
  void nothingOfABrokenTransferIsTaken() throws Exception {
    String large = "0123456789".repeat(100_000);
    try (CuttingProxy proxy = new CuttingProxy(host.port(), isFtp())) {
      start("home", broker, proxy.port(), Map.of());
      drop("a-small.json", "small");
      receipt("accepted", "a-small.json");
      proxy.cutAfter(300_000);
      drop("b-large.json", large);
      drop("c-later.json", "later");

      receipt("accepted", "c-later.json");
      assertThat(proxy.cuts()).isEqualTo(1);
    }
    assertThat(journaled()).containsExactly("small", large, "later");
    assertThat(receipt("accepted", "b-large.json").get("result").textValue()).isEqualTo("accepted");
    nothingIsLeft();
    nobodyTells(PartnerHost.PASSWORD);
  }

  @Test
  void aServerMayBeStoppedAndStarted() throws Exception {
    start(Map.of());
    drop("one.json", "1");
    receipt("accepted", "one.json");
    host.stop();
    awaitLogged("refused");
    drop("two.json", "2");
    host.start();

    receipt("accepted", "two.json");
    awaitLogged("works again");
    assertThat(journaled()).containsExactly("1", "2");
    // polled twenty times a second, and not told each time
    assertThat(logged().stream().filter(line -> line.contains("refused"))).hasSizeBetween(1, 3);
    nobodyTells(PartnerHost.PASSWORD);
  }

  @Test
  void aServerThatIsDownAtTheStartIsWaitedFor() throws Exception {
    drop("one.json", "1");
    host.stop();
    start(Map.of());
    awaitLogged("refused");
    host.start();

    receipt("accepted", "one.json");
  }

  @Test
  void aWrongPasswordIsToldOnceAndShownNowhere() throws Exception {
    drop("order.json", "x");
    start(Map.of("password", "wr0ng-s3cret"));

    awaitLogged("@127.0.0.1:" + host.port());
    nobodyTells("wr0ng-s3cret");
    assertThat(in.resolve("order.json")).exists();
    assertThat(broker.journal()).isEmpty();
  }

  @Test
  void whatACrashLeftClaimedIsReadAgain() throws Exception {
    Path left = Files.createDirectories(in.resolve(".claimed/another"));
    Files.writeString(left.resolve("order.json"), "claimed");
    Files.writeString(left.resolve("taken.json"), "claimed before");
    Files.writeString(left.resolve("receipt-1.part"), "half a receipt");
    drop("taken.json", "dropped since");
    start(Map.of());

    receipt("accepted", "order.json");
    receipt("accepted", "taken.json");
    await().atMost(PATIENCE).until(() -> names(in.resolve("accepted")).size() == 6);
    assertThat(journaled()).containsExactlyInAnyOrder("claimed", "claimed before", "dropped since");
    nothingIsLeft();
  }

  @Test
  void anotherBrokerTakesOverWhatOneHasClaimed() throws Exception {
    CompletableFuture<@Nullable Void> goOn = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
    Intake hangs =
        submission -> {
          begun.complete(null);
          return goOn.thenCompose(free -> broker.submit(submission));
        };
    drop("order.json", "once");
    start("first", hangs, host.port(), Map.of());
    await().atMost(PATIENCE).until(begun::isDone);
    assertThat(in.resolve("order.json")).doesNotExist();
    start(Map.of());

    receipt("accepted", "order.json");
    goOn.complete(null);
    awaitLogged("another broker");
    assertThat(names(in.resolve("accepted")))
        .containsExactly("order.json", "order.json.receipt.json");
    assertThat(journaled()).containsExactly("once");
    nothingIsLeft();
  }

  @Test
  void aServerThatGoesAwayWhileItsFileIsReadIsWaitedFor() throws Exception {
    CompletableFuture<@Nullable Void> goOn = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> begun = new CompletableFuture<>();
    Intake hangs =
        submission -> {
          begun.complete(null);
          return goOn.thenCompose(free -> broker.submit(submission));
        };
    drop("order.json", "first");
    start("home", hangs, host.port(), Map.of());
    await().atMost(PATIENCE).until(begun::isDone);
    host.stop();
    drop("z-later.json", "later");
    goOn.complete(null);
    awaitLogged("cannot be moved; it is tried again");
    host.start();

    assertThat(receipt("accepted", "order.json").get("result").textValue()).isEqualTo("duplicate");
    receipt("accepted", "z-later.json");
    assertThat(journaled()).containsExactly("first", "later");
    nothingIsLeft();
    nobodyTells(PartnerHost.PASSWORD);
  }

  @Test
  void aFileThatCannotBeMovedIsTriedAgainAndRecognised() throws Exception {
    start(Map.of());
    drop("first.json", "1");
    receipt("accepted", "first.json");
    Path aside = in.resolve(".aside");
    Files.move(in.resolve("accepted"), aside);
    drop("second.json", "2");
    await().atMost(PATIENCE).until(() -> broker.duplicates() > 0);
    Files.move(aside, in.resolve("accepted"));

    assertThat(receipt("accepted", "second.json").get("result").textValue()).isEqualTo("duplicate");
    assertThat(broker.journal()).hasSize(2);
  }

  @Test
  void aLargeFileIsSplitAndAStopInTheMiddleIsGoneOnFrom() throws Exception {
    int many = 60_000;
    StringBuilder lines = new StringBuilder();
    for (int line = 0; line < many; line++) {
      lines.append("{\"n\":").append(line).append("}\n");
    }
    DefaultCamelContext camel = start(Map.of("split", "jsonl"));
    drop("orders.jsonl", lines.toString());
    await().atMost(PATIENCE).until(() -> broker.journal().size() > 1000);
    camel.stop();
    assertThat(in.resolve("orders.jsonl")).exists();
    assertThat(broker.journal().size()).isLessThan(many);
    nothingButTheDroppedFileIsLeft();

    start(Map.of("split", "jsonl"));
    JsonNode receipt = receipt("accepted", "orders.jsonl");
    assertThat(receipt.at("/counts/documents").intValue()).isEqualTo(many);
    assertThat(receipt.at("/counts/duplicate").intValue()).isGreaterThan(1000);
    assertThat(String.join("\n", journaled()) + "\n").isEqualTo(lines.toString());
    nothingIsLeft();
  }

  private void nothingButTheDroppedFileIsLeft() {
    assertThat(names(in)).containsOnly(".claimed", "accepted", "rejected", "orders.jsonl");
    assertThat(filesBelow(in.resolve(".claimed"))).isEmpty();
  }
}
