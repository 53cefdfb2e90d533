package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.broker.Action;
import io.waybill.broker.ActionRefused;
import io.waybill.broker.Receipt.Result;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.operator.Desk;
import io.waybill.operator.FakeBroker;
import io.waybill.operator.Passwords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The command line")
class CommandLineTest {

  private static Desk desk;

  @TempDir private Path home;

  private String out = "";
  private String err = "";

  @BeforeAll
  static void open() {
    // it writes to the same standard output as the commands
    desk = new Desk("--logging.level.io.waybill.audit=off");
  }

  @AfterAll
  static void close() {
    desk.close();
  }

  @BeforeEach
  void reset() throws Exception {
    desk.broker.reset();
    Files.createDirectories(home.resolve("data"));
    Files.writeString(home.resolve("data/admin-password"), Desk.PASSWORD + "\n");
  }

  @Test
  void documentsAreSentAndTheirNumbersTold() throws Exception {
    Path order = Files.writeString(home.resolve("order.xml"), "<order/>");
    Path note = Files.writeString(home.resolve("note.json"), "{}");

    assertThat(ask("submit", order.toString(), note.toString(), "--operation", "CreateOrder"))
        .isZero();

    assertThat(out).contains("order.xml: message 1 submitted", "note.json: message 2 submitted");
    assertThat(desk.broker.submissions)
        .extracting(submission -> submission.payload().contentType())
        .containsExactly("application/xml", "application/json");
  }

  @Test
  void linksAreListedAndDecidedAbout() throws Exception {
    assertThat(ask("links")).isZero();
    assertThat(out).contains("edi", "no carrier", "vpn", "unknown", "destination");

    assertThat(ask("link", "down", "edi", "vpn", "--why", "the line is moved")).isZero();
    assertThat(out).contains("link edi: down, no carrier", "link vpn: unknown");
    assertThat(desk.broker.orders)
        .extracting(order -> order.verb().text() + " " + order.name() + " " + order.why())
        .containsExactly("link down edi the line is moved", "link down vpn the line is moved");

    assertThat(ask("link", "check", "edo", "--why", "x")).isEqualTo(1);
    assertThat(err).contains("There is no link 'edo'; waybill.links has: edi, vpn.");
    assertThat(ask("link", "up", "edi", "--why", "x")).isEqualTo(2);
    assertThat(err).contains("'up' cannot be done with links; write check, down or auto.");
  }

  @Test
  void explainAsksWhichNumberALaneExpects() throws Exception {
    Path config = Files.createDirectories(home.resolve("config"));
    Files.writeString(
        config.resolve("destinations.yaml"), "waybill.destinations: { erp: { delivery: hold } }");
    Files.writeString(
        config.resolve("operations.yaml"),
        "waybill.operations: { Change: { id: { json: /seq }, post: erp } }");
    Files.writeString(
        config.resolve("sequencing.yaml"),
        "waybill.sequencing: { groups: { order: { lock-name-space: order, operations: { Change: {"
            + " key: { json: /order }, number: { json: /seq } } } } } }");
    assertThat(explained(6)).contains("order:1 number 6: twice or from the past");
    assertThat(explained(7)).contains("order:1 number 7: the one the lane expects");
    assertThat(explained(8)).contains("order:1 number 8: ahead of number 7");
    assertThat(explained(9)).contains("order:1 number 9: twice or from the past");
  }

  private String explained(int seq) throws Exception {
    String document = "{\"order\": 1, \"seq\": %d}".formatted(seq);
    Path file = Files.writeString(home.resolve("change.json"), document);
    assertThat(ask("explain", file.toString(), "--operation", "Change", "--ask")).isZero();
    return out;
  }

  @Test
  void aGapInTheNumbersOfALaneIsClosed() throws Exception {
    assertThat(ask("close-gap", "order:1", "--up-to", "6", "--why", "never sent")).isZero();
    assertThat(out).contains("lane order:1: next number 7");
    assertThat(desk.broker.orders)
        .extracting(order -> order.verb().text() + " " + order.target() + " " + order.why())
        .containsExactly("close gap order:1 up to 6 never sent");
    assertThat(ask("close-gap", "cust:1", "--up-to", "6", "--why", "never sent")).isEqualTo(1);
    assertThat(err).contains("The lanes of 'cust' follow no numbers; those of these do: order.");
  }

  @Test
  void lanesAndDestinationsArePausedAndResumed() throws Exception {
    assertThat(ask("pause", "destination", "erp", "--why", "being updated")).isZero();
    assertThat(out).contains("destination erp: running");
    assertThat(ask("pause", "lane", "cust:4711", "cust:4712", "--why", "asked for")).isZero();
    assertThat(out).contains("lane cust:4711: paused, the customer asked");
    assertThat(ask("resume", "lane", "cust:4711", "--why", "done")).isZero();
    assertThat(ask("pause", "operation", "CreateOrder", "--why", "being changed")).isZero();
    assertThat(out).contains("operation CreateOrder: running");

    assertThat(desk.broker.orders)
        .extracting(order -> order.verb().text() + " " + order.name() + " " + order.why())
        .containsExactly(
            "pause destination erp being updated",
            "pause lane cust:4711 asked for",
            "pause lane cust:4712 asked for",
            "resume lane cust:4711 done",
            "pause operation CreateOrder being changed");
    assertThat(ask("pause", "lane", "4711", "--why", "x")).isEqualTo(1);
    assertThat(err).contains("'4711' is not a lane");
  }

  @Test
  void whatOthersRequireIsSkippedOnlyDespiteThat() throws Exception {
    ask("submit", Files.writeString(home.resolve("order.xml"), "<order/>").toString());
    desk.broker.requires(FakeBroker.row(7, "Order", "acme", "o-7", true, Status.SUBMITTED, null));

    assertThat(ask("skip", "1", "--why", "not wanted")).isEqualTo(1);
    assertThat(err).contains("Message 1 is required by 7.", "o-7", "--despite");
    assertThat(ask("skip", "1", "--why", "not wanted", "--dry-run")).isZero();
    assertThat(out).contains("These require it and would wait on:", "o-7");
    assertThat(desk.broker.actions).isEmpty();
    assertThat(ask("skip", "1", "--why", "not wanted", "--despite")).isZero();
    assertThat(out).contains("message 1: skipped", "These wait on:");
  }

  @Test
  void theChainIsShownFurtherInWithEachStepAndThenItsEnd() throws Exception {
    desk.broker.answers(Result.ACCEPTED, Status.FAILED, Reason.REFUSED, true);
    ask("submit", Files.writeString(home.resolve("order.xml"), "<order/>").toString());

    assertThat(ask("why", "1")).isZero();
    assertThat(out)
        .isEqualTo(
            """
            message 1 failed: a person has to decide
              first in lane cust:4711
              refused: because of refused; since 2026-11-21T08:00:00Z

            root cause: message 1: refused: because of refused
            what would help: mend the cause, or edit 1, and retry 1; or skip 1; or, where it was \
            entered by hand, settle 1 --posted
            """);
    assertThat(ask("why", "1", "-o", "json")).isZero();
    assertThat(out).contains("\"root_cause\" : {");
    assertThat(ask("why", "99")).isEqualTo(1);
  }

  @Test
  void aChainIsIndentedByDepth() throws Exception {
    JsonNode json =
        new ObjectMapper()
            .readTree(
                """
                {"message": {"says": "message 2 waits", "told": "here",
                   "positions": [{"lane": "l:a", "ahead": 1}],
                   "causes": [{"kind": "turn", "text": "place 2 in lane l:a", "since": null,
                     "until": null, "message": {"says": "message 1 is retriable", "told": "here",
                       "positions": [{"lane": "l:a", "ahead": 0}],
                       "causes": [{"kind": "link", "text": "link edi is missing",
                         "since": "T1", "until": "T2", "message": null}]}}]},
                 "root_cause": {"seq": 1, "text": "link edi is missing", "help": null},
                 "further_causes": [{"seq": 3, "text": "two\\nlines", "help": "skip 3"}]}
                """);

    assertThat(WhyCommand.text(json))
        .isEqualTo(
            """
            message 2 waits
              place 2 in lane l:a
                message 1 is retriable
                  first in lane l:a
                  link edi is missing; since T1; next probe T2

            root cause: message 1: link edi is missing
            and also: message 3: two?lines
            what would help: skip 3
            """);
  }

  @Test
  void aRefusedDocumentIsToldWithWhatIsWrong() throws Exception {
    Path order = Files.writeString(home.resolve("order.xml"), "<order");
    desk.broker.answers(Result.FAILED, Status.FAILED, Reason.UNREADABLE, false);

    assertThat(ask("submit", order.toString())).isEqualTo(1);
    assertThat(err).contains("because of unreadable", "message 1");
  }

  @Test
  void aDuplicateOnItsWayIsNoFailure() throws Exception {
    Path order = Files.writeString(home.resolve("order.xml"), "<order/>");
    desk.broker.answers(Result.DUPLICATE, Status.POSTING, null, true);

    assertThat(ask("submit", order.toString())).isZero();
    assertThat(err).contains("received before");
  }

  @Test
  void messagesAreListedAndShown() throws Exception {
    Path order = Files.writeString(home.resolve("order.xml"), "<order/>");
    ask("submit", order.toString(), "--id", "A-1");

    assertThat(ask("messages", "--status", "submitted")).isZero();
    assertThat(out).contains("message_id", "A-1", "cust:4711");
    assertThat(ask("message", "1")).isZero();
    assertThat(out).contains("business_id", "PO-7", "to_status", "submitted");
    assertThat(ask("message", "1", "-o", "json")).isZero();
    assertThat(out).contains("\"timeline\" : [");
    assertThat(ask("payload", "1")).isZero();
    assertThat(out).isEqualTo("<order/>");
    assertThat(ask("lanes", "--held")).isZero();
    assertThat(out).contains("cust:4711");
  }

  @Test
  void actionsNeedAReason() throws Exception {
    Path order = Files.writeString(home.resolve("order.xml"), "<order/>");
    ask("submit", order.toString(), order.toString(), order.toString());

    assertThat(ask("skip", "1")).isEqualTo(2);
    assertThat(err).contains("--why");
    assertThat(ask("skip", "1", "--why", "not wanted", "--dry-run")).isZero();
    assertThat(desk.broker.actions).isEmpty();
    assertThat(ask("skip", "1", "--why", "not wanted")).isZero();
    assertThat(out).contains("message 1: skipped", "These go on:");
    assertThat(ask("settle", "2", "--posted", "--why", "asked them")).isZero();
    assertThat(ask("settle", "3", "--not-posted", "--why", "asked them")).isZero();
    assertThat(ask("settle", "3", "--why", "asked them")).isEqualTo(2);
    assertThat(desk.broker.actions)
        .extracting(Action::kind)
        .containsExactly(
            Action.Kind.SKIP, Action.Kind.SETTLE_POSTED, Action.Kind.SETTLE_NOT_POSTED);
    desk.broker.refuses(ActionRefused.Cause.NOT_ALLOWED);
    assertThat(ask("retry", "1", "--why", "again")).isEqualTo(1);
    assertThat(err).contains("message 1: refused: NOT_ALLOWED");
  }

  @Test
  void aDocumentIsEditedAPostingInterruptedAndPostedOnceMore() throws Exception {
    Path order = Files.writeString(home.resolve("order.xml"), "<order/>");
    Path corrected = Files.writeString(home.resolve("corrected.xml"), "<order>ä</order>");
    ask("submit", order.toString());

    assertThat(ask("edit", "1", corrected.toString())).isEqualTo(2);
    assertThat(err).contains("--why");
    assertThat(ask("edit", "1", corrected.toString(), "--why", "ä, not a", "--dry-run")).isZero();
    assertThat(desk.broker.actions).isEmpty();
    assertThat(ask("edit", "1", corrected.toString(), "--why", "ä, not a & b?")).isZero();
    assertThat(out).contains("message 1: submitted, revision 0");
    assertThat(ask("interrupt", "1", "--why", "it hangs")).isZero();
    assertThat(ask("repost", "1", "--why", "restored")).isZero();
    assertThat(desk.broker.actions)
        .extracting(action -> action.kind() + " " + action.why())
        .containsExactly("EDIT ä, not a & b?", "INTERRUPT it hangs", "REPOST restored");
    Payload document = desk.broker.actions.get(0).document();
    assertThat(new String(document.body(), StandardCharsets.UTF_8)).isEqualTo("<order>ä</order>");
    assertThat(document.contentType()).isNull();
    desk.broker.refuses(ActionRefused.Cause.UNFIT);
    assertThat(ask("edit", "1", corrected.toString(), "--why", "x")).isEqualTo(1);
    assertThat(err).contains("message 1: refused: UNFIT");
    assertThat(ask("edit", "1", "nowhere.xml", "--why", "x")).isEqualTo(2);
  }

  @Test
  void whatIsNotThereIsToldByItsExitCode() throws Exception {
    assertThat(ask("message", "99")).isEqualTo(1);
    assertThat(err).contains("There is no message 99");
    assertThat(ask("message", "1", "--user", "nobody")).isEqualTo(5);
    assertThat(run("messages", "--home", home.toString(), "--url", "http://127.0.0.1:1"))
        .isEqualTo(3);
    assertThat(err).contains("no broker answers at http://127.0.0.1:1");
    Files.writeString(home.resolve("data/admin-password"), "guess");
    assertThat(ask("messages")).isEqualTo(5);
    assertThat(err).contains("User or password is wrong");
  }

  @Test
  void wrongWordsAreRefused() throws Exception {
    assertThat(run("rnu")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    assertThat(run("run", "--port=1")).isEqualTo(2);
    assertThat(err).contains("'--port=1' is not an option of run");
    assertThat(run("--help")).isZero();
    assertThat(out).contains("encode-password", "Exit codes:");
  }

  @Test
  void aPasswordIsEncoded() throws Exception {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("open sesame\n".getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(run("encode-password")).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(out.strip()).startsWith("{bcrypt}");
    assertThat(out.strip()).isNotEqualTo(Passwords.encode("open sesame"));
  }

  @Test
  void aBrokenSpecificationIsToldByFileAndLine() throws Exception {
    assertThat(run("validate", "--home", home.toString())).isEqualTo(2);
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/application.yaml"), "waybill:\n  max-bodi: 5MB\n");

    assertThat(run("validate", "--home", home.toString())).isEqualTo(2);
    assertThat(out).contains("application.yaml:2", "waybill.max-bodi", "waybill.max-body");
  }

  private int ask(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--home", home.toString(), "--url", desk.url()));
    return run(all.toArray(String[]::new));
  }

  private int run(String... words) throws Exception {
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      return Main.run(words);
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
      out = outBytes.toString(StandardCharsets.UTF_8);
      err = errBytes.toString(StandardCharsets.UTF_8);
    }
  }
}
