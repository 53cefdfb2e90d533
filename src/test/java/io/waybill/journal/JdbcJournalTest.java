package io.waybill.journal;

import static io.waybill.journal.Samples.NOON;
import static io.waybill.journal.Samples.changed;
import static io.waybill.journal.Samples.entry;
import static io.waybill.journal.Samples.group;
import static io.waybill.journal.Samples.insert;
import static io.waybill.journal.Samples.inserts;
import static io.waybill.journal.Samples.message;
import static io.waybill.journal.Samples.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.journal.Group.Audit;
import io.waybill.journal.Group.Insert;
import io.waybill.journal.Group.Update;
import io.waybill.journal.Journal.PayloadKey;
import io.waybill.journal.Journal.Twin;
import io.waybill.journal.JournalException.Kind;
import io.waybill.message.DestinationState;
import io.waybill.message.Fingerprint;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.LinkState;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Need;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcJournalTest {

  private static final JournalDatabase DB = new JournalDatabase();

  private final JdbcJournal journal = DB.journal();
  private long epoch;

  @BeforeEach
  void emptyTables() {
    DB.execute(
        """
        truncate waybill_journal.message, waybill_journal.standing, waybill_journal.payload,
          waybill_journal.history, waybill_journal.destination, waybill_journal.audit,
          waybill_journal.effect, waybill_journal.link
        """);
    epoch = journal.takeOver("one");
  }

  @AfterEach
  void giveBack() {
    journal.close();
  }

  @Test
  void whatIsKeptOfLinksComesBackAndIsShown() {
    LinkState unknown = LinkState.unknown("a");
    LinkState up = new LinkState("b", new LinkState.Seen(true, NOON, null), null);
    LinkState down = new LinkState("c", new LinkState.Seen(false, NOON, "no 'carrier'"), null);
    LinkState declared =
        new LinkState(
            "d",
            new LinkState.Seen(true, NOON, null),
            new LinkState.Declared(NOON.plusSeconds(9), "anna", "moved"));
    journal.commit(links(unknown, down, up, declared));
    assertThat(journal.links()).containsExactly(unknown, up, down, declared);
    assertThat(
            DB.text(
                "select string_agg(name || ' ' || state || ' ' || kind || ' ' || coalesce(detail,"
                    + " '-') || ' ' || coalesce(declared_by, '-'), ', ' order by name) from"
                    + " waybill.links where kind = 'link'"))
        .isEqualTo(
            "a down link - -, b up link - -, c down link no 'carrier' -, d down link moved anna");

    LinkState auto = new LinkState("d", declared.seen(), null);
    journal.commit(links(auto));
    assertThat(journal.links()).containsExactly(unknown, up, down, auto);
  }

  private Group links(LinkState... links) {
    return new Group(
        epoch,
        Set.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(links),
        List.of(),
        List.of());
  }

  @ParameterizedTest(name = "with {0} others")
  @ValueSource(ints = {0, GroupWriter.FEW})
  void everyColumnComesBackAsItWasWritten(int others) {
    String odd = "ä'\"\\,{}😀\n\t NULL %s";
    PostedAs fact = new PostedAs(odd, PostedAs.By.BUSINESS_ID, odd);
    MessageRow full =
        new MessageRow(
            new Received(
                1,
                31,
                odd,
                odd,
                odd,
                true,
                odd,
                Fingerprint.of(new byte[] {0, -1}),
                odd,
                NOON,
                List.of(
                    new Need(odd, List.of(fact, fact), Duration.ofDays(2), true, NOON),
                    new Need("", List.of(), null, false, null)),
                List.of(fact)),
            new Standing(
                Status.RETRIABLE,
                Reason.BACK_OFF,
                odd,
                List.of(new LaneName("a", odd), new LaneName("b", ""), new LaneName("c", "x:y")),
                List.of(7L, Long.MIN_VALUE, Long.MAX_VALUE),
                null,
                odd,
                3,
                4,
                NOON.plusSeconds(1),
                NOON.plusSeconds(2),
                NOON.plusSeconds(3),
                99,
                5,
                6,
                7,
                NOON.plusSeconds(4),
                List.of("edi", "vpn-2"),
                "edi"));
    MessageRow bare =
        new MessageRow(
            new Received(2, 0, "", "", "", false, null, Fingerprint.of(new byte[0]), "", NOON),
            new Standing(
                Status.FAILED,
                null,
                null,
                List.of(),
                List.of(),
                null,
                null,
                0,
                0,
                null,
                null,
                null,
                0,
                1,
                0,
                0,
                NOON));
    Payload document = new Payload(new byte[] {0, 1, -1}, odd, Map.of(odd, odd, "empty", ""));
    Payload empty = new Payload(new byte[0], null, Map.of());

    List<Insert> inserts = new ArrayList<>(inserts(epoch, 100, 100 + others).inserts());
    inserts.add(new Insert(full, document));
    inserts.add(new Insert(bare, empty));

    journal.commit(group(epoch, inserts, List.of()));

    assertThat(journal.rows(List.of(1L, 2L, 3L))).isEqualTo(Map.of(1L, full, 2L, bare));
    assertThat(DB.number("select count(*) from waybill_journal.message")).isEqualTo(2L + others);
    Map<PayloadKey, Payload> found =
        journal.payloads(List.of(new PayloadKey(1, 0), new PayloadKey(2, 0)));
    assertThat(found.get(new PayloadKey(1, 0))).usingRecursiveComparison().isEqualTo(document);
    assertThat(found.get(new PayloadKey(2, 0))).usingRecursiveComparison().isEqualTo(empty);
  }

  @ParameterizedTest
  @ValueSource(ints = {GroupWriter.FEW, GroupWriter.FEW + 1})
  void largeDocumentsAreWrittenInOneTransaction(int count) {
    byte[] large = new byte[9 << 20];
    List<Insert> inserts = new ArrayList<>();
    for (long seq = 1; seq <= count; seq++) {
      inserts.add(new Insert(message(seq), new Payload(large, null, Map.of())));
    }

    journal.commit(group(epoch, inserts, List.of()));

    assertThat(DB.number("select sum(size) from waybill.payloads"))
        .isEqualTo((long) count * large.length);
  }

  @Test
  void whatCannotBeStoredInWordsIsReplacedAndCut() {
    MessageRow row = message(1);
    HistoryEntry entry =
        new HistoryEntry(
            1, 1, NOON, null, Status.SUBMITTED, null, "a\0b\uD800" + "x".repeat(3_000), "wh\0o");
    Payload payload = new Payload(new byte[0], "te\0xt", Map.of("k\0", "v\0"));

    journal.commit(
        new Group(
            epoch,
            Set.of(1),
            List.of(new Insert(row, payload)),
            List.of(),
            List.of(entry),
            List.of(new DestinationState("erp", 1, NOON, "\0", null, 1)),
            List.of(new Audit(NOON, "\0", "pause", "erp", "because"))));

    assertThat(DB.text("select reason_detail from waybill.history"))
        .startsWith("a\uFFFDb\uFFFDx")
        .endsWith("…")
        .hasSize(2_000);
    assertThat(journal.payloads(List.of(new PayloadKey(1, 0))).values())
        .singleElement()
        .satisfies(read -> assertThat(read.headers()).isEqualTo(Map.of("k\uFFFD", "v\uFFFD")));
  }

  @Test
  void anIdThatCannotBeStoredIsRefusedAndNamesItsMessage() {
    MessageRow row = new MessageRow(Samples.received(9, "a\0b", true), message(9).standing());

    assertThatThrownBy(() -> journal.commit(group(epoch, List.of(insert(row)), List.of())))
        .hasMessageContaining("Message 9: its message id")
        .isInstanceOfSatisfying(
            JournalException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DATA));
    assertThat(journal.owners(List.of(new MessageKey("CreateOrder", "shop", "a\0b")))).isEmpty();
  }

  @Test
  void aGroupIsWrittenWholeOrNotAtAll() {
    journal.commit(inserts(epoch, 1, 4));
    Update stale =
        new Update(changed(message(2), Status.POSTING, null), Status.RETRY, 0, false, false);

    fails(
        Kind.DATA,
        () ->
            journal.commit(
                group(
                    epoch,
                    List.of(insert(message(4))),
                    List.of(update(message(1), Status.POSTING), stale))));

    assertThat(journal.rows(List.of(1L, 2L, 3L, 4L)))
        .isEqualTo(Map.of(1L, message(1), 2L, message(2), 3L, message(3)));
    assertThat(DB.number("select count(*) from waybill.history")).isEqualTo(3);
  }

  @Test
  void aChangeFromAnotherStatusOrVersionIsRefusedAndNamed() {
    journal.commit(inserts(epoch, 1, 3));
    MessageRow posting = changed(message(2), Status.POSTING, null);

    assertThatThrownBy(
            () ->
                journal.commit(
                    group(
                        epoch,
                        List.of(),
                        List.of(new Update(posting, Status.SUBMITTED, 5, false, false)))))
        .hasMessageContaining("[2]");
    fails(
        Kind.DATA,
        () ->
            journal.commit(
                group(
                    epoch,
                    List.of(),
                    List.of(new Update(posting, Status.RETRY, 0, false, false)))));
  }

  @Test
  void aMoveThatIsNotInTheTableIsRefused() {
    journal.commit(inserts(epoch, 1, 2));
    MessageRow posted = changed(message(1), Status.POSTED, null);

    fails(
        Kind.DATA,
        () ->
            journal.commit(
                group(
                    epoch,
                    List.of(),
                    List.of(new Update(posted, Status.SKIPPED, 0, false, false)))));
  }

  @Test
  void severalMovesOfAMessageInOneGroupAreOneChangeOfItsRow() {
    journal.commit(inserts(epoch, 1, 2));
    MessageRow posting = changed(message(1), Status.POSTING, null);
    MessageRow posted = changed(posting, Status.POSTED, null);

    journal.commit(
        new Group(
            epoch,
            Set.of(1),
            List.of(),
            List.of(new Update(posted, Status.SUBMITTED, 0, false, false)),
            List.of(entry(posting, Status.SUBMITTED), entry(posted, Status.POSTING)),
            List.of(),
            List.of()));

    assertThat(journal.rows(List.of(1L))).isEqualTo(Map.of(1L, posted));
    assertThat(
            DB.text(
                """
                select string_agg(to_status, ' ' order by entry)
                from waybill.history
                where seq = 1
                """))
        .isEqualTo("submitted posting posted");
  }

  @Test
  void theFirstLineOfAHistoryIsKeptWithTheMessageUnlessItHasWords() {
    MessageRow plain = message(1);
    MessageRow told = changed(message(2), Status.FAILED, Reason.UNREADABLE);
    HistoryEntry words =
        new HistoryEntry(
            2, 1, Samples.NOON, null, Status.FAILED, Reason.UNREADABLE, "no JSON", null);
    journal.commit(
        new Group(
            epoch,
            Set.of(1),
            List.of(insert(plain), insert(told)),
            List.of(),
            List.of(
                new HistoryEntry(
                    1,
                    1,
                    plain.received().receivedAt(),
                    null,
                    Status.SUBMITTED,
                    Reason.TURN,
                    null,
                    null),
                words),
            List.of(),
            List.of()));
    journal.commit(group(epoch, List.of(), List.of(update(plain, Status.POSTING))));

    assertThat(
            DB.text("select string_agg(seq::text, ' ' order by seq) from waybill_journal.history"))
        .isEqualTo("1 2");
    assertThat(
            DB.text(
                """
                select string_agg(seq || to_status || coalesce(reason_detail, ''), ' ' order by seq, entry)
                from waybill.history
                """))
        .isEqualTo("1submitted 1posting 2failedno JSON");
  }

  @Test
  void aMessageWrittenTwiceInOneGroupIsRefused() {
    fails(
        Kind.DATA,
        () ->
            journal.commit(
                group(
                    epoch,
                    List.of(insert(message(2))),
                    List.of(update(message(2), Status.POSTING)))));
  }

  @Test
  void anIdIsOwnedByOneMessage() {
    journal.commit(inserts(epoch, 1, 2));
    MessageRow second = new MessageRow(Samples.received(2, "id-1", true), message(2).standing());
    MessageRow conflict = new MessageRow(Samples.received(3, "id-1", false), message(3).standing());

    fails(Kind.DATA, () -> journal.commit(group(epoch, List.of(insert(second)), List.of())));
    journal.commit(group(epoch, List.of(insert(conflict)), List.of()));

    MessageKey key = new MessageKey("CreateOrder", "shop", "id-1");
    assertThat(journal.owners(List.of(key, new MessageKey("", "", ""))))
        .isEqualTo(Map.of(key, message(1)));
  }

  @Test
  void theSameBytesFromTheSameSenderAreFoundAgain() {
    MessageRow unreadable =
        new MessageRow(
            Samples.received(1, "", false),
            new Standing(
                Status.FAILED,
                Reason.UNREADABLE,
                "no root",
                List.of(),
                List.of(),
                null,
                null,
                0,
                0,
                null,
                null,
                null,
                0,
                1,
                0,
                0,
                NOON));
    journal.commit(group(epoch, List.of(insert(unreadable), insert(message(2))), List.of()));
    Twin twin = new Twin("shop", Fingerprint.of(Samples.bytes(1)));

    assertThat(
            journal.twins(
                List.of(
                    twin,
                    new Twin("other", twin.fingerprint()),
                    new Twin("shop", Fingerprint.of(Samples.bytes(2))))))
        .isEqualTo(Map.of(twin, unreadable));
  }

  @Test
  void aMessageReadAgainChangesWhatItIs() {
    MessageRow unkeyed =
        new MessageRow(
            Samples.received(1, "", false),
            new Standing(
                Status.FAILED,
                Reason.UNKEYED,
                null,
                List.of(),
                List.of(),
                null,
                null,
                0,
                0,
                null,
                null,
                null,
                0,
                1,
                0,
                0,
                NOON));
    journal.commit(group(epoch, List.of(insert(unkeyed)), List.of()));
    MessageRow keyed =
        new MessageRow(
            Samples.received(1, "id-1", true),
            changed(message(1), Status.SUBMITTED, null).standing());

    journal.commit(
        group(epoch, List.of(), List.of(new Update(keyed, Status.FAILED, 0, false, true))));

    assertThat(journal.rows(List.of(1L))).isEqualTo(Map.of(1L, keyed));
    assertThat(journal.twins(List.of(new Twin("shop", keyed.received().fingerprint())))).isEmpty();
  }

  @Test
  void whatIsOpenAndHoldsAPlaceOrWaitsIsReadInOrder() {
    List<Insert> all = new ArrayList<>();
    long seq = 1;
    for (Status status : Status.values()) {
      all.add(insert(message(seq++, status, null, Samples.LANE)));
    }
    Standing goneOn =
        new Standing(
            Status.FAILED,
            Reason.REFUSED,
            null,
            List.of(Samples.LANE),
            List.of(),
            null,
            "erp",
            0,
            0,
            null,
            null,
            null,
            0,
            1,
            0,
            0,
            NOON);
    Standing unsequenced =
        new Standing(
            Status.RETRIABLE,
            Reason.LINK,
            null,
            List.of(),
            List.of(),
            null,
            "erp",
            0,
            0,
            null,
            null,
            null,
            0,
            1,
            0,
            0,
            NOON);
    all.add(insert(new MessageRow(Samples.received(50, "50", true), goneOn)));
    all.add(insert(new MessageRow(Samples.received(51, "51", true), unsequenced)));
    journal.commit(group(epoch, all, List.of()));

    List<MessageRow> open = new ArrayList<>();
    journal.readOpen((row, writtenUnder) -> open.add(row));

    assertThat(open)
        .extracting(row -> row.seq() + " " + row.standing().status().sqlName())
        .containsExactly(
            "1 submitted",
            "2 posting",
            "4 retriable",
            "5 retry",
            "6 in_doubt",
            "7 failed",
            "9 cancelling",
            "51 retriable");
  }

  @Test
  void destinationsAndAuditsAreKept() {
    DestinationState down = new DestinationState("erp", 5, NOON, "refused", NOON.plusSeconds(1), 2);
    DestinationState up = new DestinationState("erp", 6, null, null, null, 0);
    DestinationState crm = new DestinationState("crm", 1, null, null, null, 0);
    Audit audit = new Audit(NOON, "anna", "pause", "erp", "maintenance");

    journal.commit(only(List.of(down), List.of(audit)));
    assertThat(DB.text("select state || since from waybill.links")).startsWith("down2026");
    journal.commit(only(List.of(up, crm), List.of()));

    assertThat(journal.destinations()).containsExactly(crm, up);
    assertThat(DB.text("select who || why from waybill_journal.audit"))
        .isEqualTo("annamaintenance");
  }

  private Group only(List<DestinationState> destinations, List<Audit> audits) {
    return new Group(epoch, Set.of(), List.of(), List.of(), List.of(), destinations, audits);
  }

  @Test
  void aThousandMessagesTakeAsManyStatementsAsSome() {
    int one = statementsOf(inserts(epoch, 1, 2));
    int some = statementsOf(inserts(epoch, 10, 11 + GroupWriter.FEW));
    int thousand = statementsOf(inserts(epoch, 1_000, 2_000));
    int changes =
        statementsOf(
            group(
                epoch,
                List.of(),
                Stream.iterate(1_000L, seq -> seq + 1)
                    .limit(1_000)
                    .map(seq -> update(message(seq), Status.POSTING))
                    .toList()));

    assertThat(one).isEqualTo(3);
    assertThat(thousand).isEqualTo(some).isEqualTo(5);
    assertThat(changes).isEqualTo(3);
  }

  private int statementsOf(Group group) {
    DB.statements.set(0);
    journal.commit(group);
    return DB.statements.get();
  }

  @Test
  void theTableKnowsExactlyTheStatusesOfTheProgram() {
    String quoted =
        DB.text(
            """
            select string_agg(name[1], ' ' order by name[1])
            from pg_constraint,
              regexp_matches(pg_get_constraintdef(oid), '''([a-z_]+)''', 'g') as name
            where conname = 'standing_status'
            """);

    assertThat(quoted.split(" "))
        .containsExactlyInAnyOrder(
            Stream.of(Status.values()).map(Status::sqlName).toArray(String[]::new));
    String lanes = DB.text("select pg_get_viewdef('waybill.lanes'::regclass)");
    for (Status status : Status.values()) {
      assertThat(lanes.contains("'" + status.sqlName() + "'")).isEqualTo(!status.closed());
    }
  }

  @Test
  void thePublicColumnsAreTheAgreedOnesAndEachIsExplained() {
    assertThat(
            DB.text(
                """
                select string_agg(column_name, ', ' order by ordinal_position)
                from information_schema.columns
                where table_schema = 'waybill' and table_name = 'messages'
                """))
        .isEqualTo(
            "seq, operation, sender, message_id, business_id, status, reason, reason_detail, lanes,"
                + " destination, step, attempts, due_at, run, revision, source, received_at,"
                + " changed_at, node, epoch");
    assertThat(
            DB.number(
                """
                select count(*)
                from information_schema.columns
                where table_schema = 'waybill'
                  and col_description(
                    format('%I.%I', table_schema, table_name)::regclass, ordinal_position) is null
                """))
        .isZero();
  }

  private static void fails(Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(JournalException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
