package io.waybill.cli.demo;

import io.waybill.cli.demo.BrokerApi.Row;
import io.waybill.cli.demo.Delivery.Repetition;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What happened, in words, and what to try next. */
final class Report {

  /** How the command line is called in the home folder; the package's script says so. */
  private static final String PROGRAM = System.getProperty("waybill.program", "./waybill");

  private final Screen screen;
  private final Addresses at;
  private final List<Row> rows;

  Report(Screen screen, Addresses at, List<Row> rows) {
    this.screen = screen;
    this.at = at;
    this.rows = rows;
  }

  void outcome(Duration taken, List<String> wrong) {
    if (wrong.isEmpty()) {
      screen.say(
          String.format(
              Locale.ROOT,
              "%n✓ All %d documents are posted, each once, after %.1f seconds.",
              rows.size(),
              taken.toMillis() / 1000.0));
    } else {
      screen.say("\n✗ Not all is as it should be; what is wrong stands at the end.");
    }
  }

  void repetitions(boolean recognised, List<Repetition> underWay, List<Repetition> late) {
    screen.say(
        recognised
            ? "\nSent twice and recognised; nothing was posted a second time:"
            : "\nSent twice:");
    underWay.forEach(this::repetition);
    if (!late.isEmpty()) {
      screen.say("\nSent once more by HTTP when all was posted:");
      late.forEach(this::repetition);
    }
    screen.say(
        """

        A document is known by its operation, its sender and the sender's own id for it.
        The JMS and the HTTP program log in as the same user, so what came by JMS is
        recognised when it comes by HTTP. The partner of the drop folder is another sender.\
        """);
  }

  private void repetition(Repetition repetition) {
    String name = repetition.sample().name();
    String way =
        switch (repetition.by()) {
          case JMS -> "JMS";
          case DROP -> "file";
          case HTTP -> repetition.sample().source() == Source.JMS ? "(JMS)" : "HTTP";
        };
    screen.say(
        "  %-5s %-32s %s"
            .formatted(way, name.substring(0, name.lastIndexOf('.')), repetition.answer()));
  }

  void lanes(List<LaneOrder> lanes) {
    screen.say("\nDocuments of a lane are posted in the order in which they were sent (✓):");
    List<LaneOrder> longer =
        lanes.stream()
            .filter(lane -> lane.sent().size() > 1)
            .sorted(Comparator.comparing(LaneOrder::destination).thenComparing(LaneOrder::lane))
            .toList();
    for (LaneOrder lane : longer) {
      screen.say(
          "  %s %-18s %-7s got %s"
              .formatted(
                  lane.right() ? "✓" : "✗",
                  lane.lane(),
                  lane.destination(),
                  lane.arrivedInWords()));
    }
    screen.say("  and %d more with one document each".formatted(lanes.size() - longer.size()));
  }

  void places(Map<String, List<Sample>> arrived, String crm, long files) {
    screen.say("\nWhere they are now:");
    place("state table", "%d rows in waybill.messages".formatted(rows.size()));
    place("erp", "%d messages, taken from the queue erp.orders".formatted(count(arrived, "erp")));
    place("crm", "%d requests to %s, played by the demo".formatted(count(arrived, "crm"), crm));
    place("ledger", "%d rows in ledger.bookings".formatted(count(arrived, "ledger")));
    place(
        "archive",
        "%d files in %s".formatted(count(arrived, "archive"), Addresses.written(at.archive())));
    place(
        "drop folder",
        "%d files in %s, each with a receipt"
            .formatted(files, Addresses.written(at.drop().resolve("accepted"))));
  }

  private static int count(Map<String, List<Sample>> arrived, String destination) {
    return arrived.getOrDefault(destination, List.of()).size();
  }

  private void place(String what, String where) {
    screen.say("  %-12s %s".formatted(what, where));
  }

  void invitation() {
    screen.say("\nThe broker goes on running. Where it is:");
    place("HTTP", at.http() + "/api/v1/messages");
    place("JMS", "%s, queue %s".formatted(at.jms(), JmsSender.QUEUE));
    place(
        "user",
        "admin, password in %s"
            .formatted(Addresses.written(at.home().resolve("data/admin-password"))));
    place("log", Addresses.written(at.data().resolve("demo.log")));
    place("PostgreSQL", database());
    place("", "password in " + Addresses.written(at.data().resolve("postgres/password")));
    screen.say("\nTry in another terminal%s:".formatted(inFolder()));
    if (!at.http().endsWith(":8080")) {
      tryOut("export WAYBILL_URL=" + at.http(), "");
    }
    tryOut(PROGRAM + " messages", "the state table");
    tryOut(PROGRAM + " message " + aMessage(), "one of them, with its history");
    tryOut(PROGRAM + " submit samples/http/order-RS-885.1-order.xml", "a duplicate");
    tryOut("cp samples/drop/order-RS-881.1-order.xml %s/copy.xml".formatted(drop()), "");
    tryOut("cat %s/accepted/copy.xml.receipt.json".formatted(drop()), "what its sender gets");
    tryOut("export PGPASSWORD=$(cat %s/postgres/password)".formatted(data()), "");
    tryOut("psql %s -c 'table waybill.messages'".formatted(database()), "");
    screen.say(
        """

        What the documents mean is in config/, where they go in routes/. %s run starts
        the broker without the demo. Each demo starts from empty data.

        Ctrl-C stops it.\
        """
            .formatted(PROGRAM));
  }

  private String database() {
    return at.database()
        .substring("jdbc:".length())
        .replace("://", "://" + at.databaseUser() + "@");
  }

  /** As written in the home folder, where the commands are tried. */
  private String data() {
    return at.home().relativize(at.data()).toString();
  }

  private String drop() {
    return data() + "/drop";
  }

  private void tryOut(String command, String comment) {
    screen.say(comment.isEmpty() ? "  " + command : "  %-54s # %s".formatted(command, comment));
  }

  private String inFolder() {
    String home = Addresses.written(at.home());
    return Objects.equals(home, ".") ? "" : ", in " + home;
  }

  /** One with some history. */
  private long aMessage() {
    return rows.stream()
        .filter(row -> row.destination().equals("crm"))
        .mapToLong(Row::seq)
        .max()
        .orElse(1);
  }
}
