package io.waybill.journal;

import io.waybill.message.Changeover;
import io.waybill.message.DestinationState;
import io.waybill.message.Fingerprint;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LinkState;
import io.waybill.message.MessageKey;
import io.waybill.message.MessageRow;
import io.waybill.message.Numbered;
import io.waybill.message.Page;
import io.waybill.message.ParkedLane;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.PostingId;
import io.waybill.message.Reply;
import io.waybill.spec.Ordering;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import javax.sql.DataSource;

/**
 * The journal in PostgreSQL. Groups are written on one connection and look-ups made on another, so
 * that the next group is decided while this one commits.
 *
 * <p>Safe for several threads; commits come one after the other, in the order of the calls.
 */
public final class JdbcJournal implements Journal, AutoCloseable {

  private static final int READ_AT_ONCE = 1_000;

  private final DataSource database;
  private final Session writer;
  private final Session reader;
  private final ParkedMessages parked;
  private final PostedFacts postedFacts;
  private final Changes changes;
  private final Takeover takeover;

  /** A journal in this database, whose schema {@link JournalSchema} has made. */
  public JdbcJournal(DataSource database) {
    this(database, new Takeover(database));
  }

  JdbcJournal(DataSource database, Takeover takeover) {
    this.database = database;
    this.writer = Session.writing(database);
    this.reader = Session.reading(database);
    this.parked = new ParkedMessages(reader);
    this.postedFacts = new PostedFacts(database, reader);
    this.changes = new Changes(database, reader);
    this.takeover = takeover;
  }

  @Override
  public long takeOver(String node) {
    // a commit of this process that hangs must not keep this process waiting
    writer.abandon();
    return takeover.by(node);
  }

  private static final String OPEN =
      """
      select %s
      from waybill_journal.standing s
      join waybill_journal.message m on m.seq = s.seq
      where s.status in %s
        and not (s.status = 'failed' and s.ranks = '{}')
        and s.parked is null
      order by s.seq
      """
          .formatted(Rows.COLUMNS, Rows.OPEN);

  /** Reads in order of their numbers, a portion at a time: there may be more than memory holds. */
  @Override
  public void readOpen(ObjLongConsumer<MessageRow> each) {
    String tried = "Reading what is open";
    try (Connection connection = Session.connect(database, tried)) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(READ_AT_ONCE);
        try (ResultSet rows = statement.executeQuery(OPEN)) {
          while (rows.next()) {
            each.accept(Rows.read(rows), rows.getLong(Rows.EPOCH));
          }
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, tried);
    }
  }

  @Override
  public void readParkedLanes(Consumer<ParkedLane> each) {
    parked.lanes(each);
  }

  @Override
  public Set<String> parkedDestinations() {
    return parked.destinations();
  }

  @Override
  public Map<Page, List<MessageRow>> parked(Collection<Page> pages) {
    return parked.pages(pages);
  }

  @Override
  public Set<PostedAs.Kind> needed() {
    return postedFacts.needed();
  }

  @Override
  public void remember(Set<PostedAs.Kind> kinds) {
    postedFacts.remember(kinds);
  }

  @Override
  public Set<PostedAs> posted(Collection<PostedAs> facts) {
    return postedFacts.of(facts);
  }

  @Override
  public void readTied(Set<String> operations, Consumer<MessageRow> each) {
    postedFacts.readTied(operations, each);
  }

  @Override
  public KnownNumbers numbers(Collection<Numbered> numbers) {
    return numbers.isEmpty()
        ? KnownNumbers.NONE
        : reader.run("Looking up numbers", connection -> new NumberRows(connection).read(numbers));
  }

  private static final String LAST_SEQ =
      """
      select coalesce(max(seq), 0)
      from waybill_journal.message
      """;

  @Override
  public long lastSeq() {
    return reader.run(
        "Reading the last number",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(LAST_SEQ);
              ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getLong(1);
          }
        });
  }

  private static final String DESTINATIONS =
      """
      select name, postings, down_since, down_detail, next_trial_at, failures
      from waybill_journal.destination
      order by name
      """;

  @Override
  public List<DestinationState> destinations() {
    return reader.run(
        "Reading the destinations",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(DESTINATIONS);
              ResultSet row = statement.executeQuery()) {
            List<DestinationState> found = new ArrayList<>();
            while (row.next()) {
              found.add(
                  new DestinationState(
                      row.getString(1),
                      row.getLong(2),
                      Rows.moment(row, 3),
                      row.getString(4),
                      Rows.moment(row, 5),
                      row.getInt(6)));
            }
            return found;
          }
        });
  }

  @Override
  public List<LinkState> links() {
    return reader.run("Reading the links", LinkRows::read);
  }

  @Override
  public List<PauseState> pauses() {
    return reader.run("Reading what is paused", PauseRows::read);
  }

  @Override
  public Set<String> parkedLinks() {
    return parked.links();
  }

  @Override
  public Map<String, Ordering> orderings() {
    return changes.orderings();
  }

  @Override
  public void follow(Collection<Ordering> present, List<Set<String>> changed) {
    changes.follow(present, changed);
  }

  @Override
  public List<Changeover> changeovers() {
    return changes.changeovers();
  }

  @Override
  public void readBefore(Changeover changeover, LongConsumer each) {
    changes.readBefore(changeover, each);
  }

  @Override
  public Map<String, Long> openAt(Set<String> destinations) {
    return changes.openAt(destinations);
  }

  @Override
  public void commit(Group group) {
    if (group.isEmpty()) {
      return;
    }
    writer.run(
        "Writing a group",
        connection -> {
          new GroupWriter(connection, group).write();
          return group.epoch();
        });
  }

  private static final String OWNERS =
      """
      select %s, %s
      from unnest(?::text[], ?::text[], ?::text[]) as k (operation, sender, message_id)
      left join waybill_journal.message m
        on m.owns_id
        and m.message_id = k.message_id
        and m.sender = k.sender
        and m.operation = k.operation
      left join waybill_journal.standing s on s.seq = m.seq
      left join waybill_journal.known_id i
        on m.seq is null
        and i.message_id = k.message_id
        and i.sender = k.sender
        and i.operation = k.operation
      where m.seq is not null
        or i.seq is not null
      """
          .formatted(Rows.COLUMNS, KnownIds.COLUMNS);

  /** In one statement, so that it is found while it moves from its message to the known ids. */
  private static MessageRow owner(ResultSet row) throws SQLException {
    return row.getObject(1) == null ? KnownIds.read(row, Rows.WIDTH + 1) : Rows.read(row);
  }

  @Override
  public Map<MessageKey, MessageRow> owners(Collection<MessageKey> keys) {
    // what the database cannot hold it does not have
    List<MessageKey> asked =
        keys.stream()
            .filter(
                key ->
                    Text.storable(key.operation())
                        && Text.storable(key.sender())
                        && Text.storable(key.messageId()))
            .distinct()
            .toList();
    Map<MessageKey, MessageRow> found = new HashMap<>();
    look(
        "Looking up message ids",
        OWNERS,
        asked,
        columns ->
            columns
                .texts(MessageKey::operation)
                .texts(MessageKey::sender)
                .texts(MessageKey::messageId),
        row -> {
          MessageRow message = owner(row);
          found.put(message.received().key(), message);
        });
    return found;
  }

  private static final String TWINS =
      """
      select %s
      from unnest(?::text[], ?::bytea[]) as k (sender, fingerprint)
      join waybill_journal.message m
        on not m.owns_id
        and m.sender = k.sender
        and m.fingerprint = k.fingerprint
      join waybill_journal.standing s on s.seq = m.seq
      order by m.seq
      """
          .formatted(Rows.COLUMNS);

  /** Where there are several, the latest. */
  @Override
  public Map<Twin, MessageRow> twins(Collection<Twin> twins) {
    List<Twin> asked =
        twins.stream().filter(twin -> Text.storable(twin.sender())).distinct().toList();
    Map<Twin, MessageRow> found = new HashMap<>();
    look(
        "Looking up documents that failed before",
        TWINS,
        asked,
        columns -> columns.texts(Twin::sender).bytes(twin -> twin.fingerprint().bytes()),
        row -> {
          MessageRow message = Rows.read(row);
          Fingerprint fingerprint = message.received().fingerprint();
          found.put(new Twin(message.received().sender(), fingerprint), message);
        });
    return found;
  }

  private static final String ROWS =
      """
      select %s
      from unnest(?::bigint[]) as k (seq)
      join waybill_journal.message m on m.seq = k.seq
      join waybill_journal.standing s on s.seq = k.seq
      """
          .formatted(Rows.COLUMNS);

  @Override
  public Map<Long, MessageRow> rows(Collection<Long> seqs) {
    Map<Long, MessageRow> found = new HashMap<>();
    look(
        "Reading messages",
        ROWS,
        seqs.stream().distinct().toList(),
        columns -> columns.longs(seq -> seq),
        row -> found.put(row.getLong(1), Rows.read(row)));
    return found;
  }

  private static final String EFFECTS =
      """
      select e.posting_id
      from unnest(?::text[]) as k (posting_id)
      join waybill_journal.effect e on e.posting_id = k.posting_id
      """;

  @Override
  public Set<PostingId> effects(Collection<PostingId> ids) {
    Set<PostingId> found = new HashSet<>();
    look(
        "Looking up outcomes",
        EFFECTS,
        List.copyOf(ids),
        columns -> columns.texts(PostingId::text),
        row -> found.add(new PostingId(row.getString(1))));
    return found;
  }

  private static final String PAYLOADS =
      """
      select p.seq, p.revision, p.content_type, p.headers::text, p.body
      from unnest(?::bigint[], ?::integer[]) as k (seq, revision)
      join waybill_journal.payload p
        on p.seq = k.seq
        and p.revision = k.revision
      """;

  @Override
  public Map<PayloadKey, Payload> payloads(Collection<PayloadKey> keys) {
    Map<PayloadKey, Payload> found = new HashMap<>();
    look(
        "Reading documents",
        PAYLOADS,
        keys.stream().distinct().toList(),
        columns -> columns.longs(PayloadKey::seq).ints(PayloadKey::revision),
        row -> found.put(new PayloadKey(row.getLong(1), row.getInt(2)), Rows.payload(row, 3)));
    return found;
  }

  @Override
  public Map<Long, Map<String, Reply>> stepReplies(Collection<StepKey> before) {
    List<StepKey> asked = List.copyOf(before);
    return asked.isEmpty()
        ? Map.of()
        : reader.run(
            "Reading what earlier steps answered",
            connection -> StepRows.replies(connection, asked));
  }

  private interface Binding<K> {
    void to(Columns<K> columns) throws SQLException;
  }

  private interface Found {
    void in(ResultSet row) throws SQLException;
  }

  private <K> void look(String tried, String sql, List<K> keys, Binding<K> binding, Found found) {
    if (keys.isEmpty()) {
      return;
    }
    reader.run(
        tried,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.to(new Columns<>(statement, keys));
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                found.in(row);
              }
            }
          }
          return keys.size();
        });
  }

  /** Gives its connections back. */
  @Override
  public void close() {
    writer.close();
    reader.close();
  }
}
