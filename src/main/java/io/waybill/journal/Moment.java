package io.waybill.journal;

import io.waybill.message.DestinationState;
import io.waybill.message.LaneName;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.PauseState;
import io.waybill.message.PostedAs;
import io.waybill.message.PostedAs.By;
import io.waybill.message.Received;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The state table as of one moment: all questions are answered from the same snapshot, so that what
 * is told of several messages fits together. Every question is bounded in time.
 */
public final class Moment {

  private static final String TRIED = "Reading why a message waits";

  /** Nothing is written, and nothing of what others write meanwhile is seen. */
  private static final String BEGIN =
      """
      set transaction isolation level repeatable read, read only;
      set local statement_timeout = '5s'
      """;

  /** How many messages are told of that may bring what another needs. */
  private static final int BRINGERS = 20;

  private final Connection connection;

  private Moment(Connection connection) {
    this.connection = connection;
  }

  /** Asks everything there is to ask as of now. */
  static <T> T now(DataSource database, Function<Moment, T> questions) {
    try (Connection connection = Session.connect(database, TRIED)) {
      connection.setAutoCommit(false);
      try {
        try (Statement statement = connection.createStatement()) {
          statement.execute(BEGIN);
        }
        return questions.apply(new Moment(connection));
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw SqlErrors.of(e, TRIED);
    }
  }

  /** A message's place in one of its lanes. */
  public record Stand(LaneName lane, long ahead, long first) {}

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> List<T> ask(String sql, Reading<T> reading, Object... values) {
    List<T> answer = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          answer.add(reading.of(row));
        }
      }
      return answer;
    } catch (SQLException e) {
      throw SqlErrors.of(e, TRIED);
    }
  }

  private static final String AT =
      """
      select transaction_timestamp()
      """;

  /** When it is, by the database's clock. */
  public Instant at() {
    return ask(AT, row -> row.getObject(1, OffsetDateTime.class).toInstant()).get(0);
  }

  private static final String MESSAGE =
      """
      select %s
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      where m.seq = ?
      """
          .formatted(Rows.COLUMNS);

  /** A message. */
  public Optional<MessageRow> message(long seq) {
    return ask(MESSAGE, Rows::read, seq).stream().findFirst();
  }

  private static final String STANDS =
      """
      select a.lane, count(b.seq), coalesce((array_agg(b.seq order by b.rank, b.seq))[1], mine.seq)
      from waybill_journal.message mine
      join waybill_journal.standing place on place.seq = mine.seq
      cross join unnest(mine.lanes, place.ranks) as a (lane, rank)
      left join lateral (
        select m.seq, s.ranks[array_position(m.lanes, a.lane)] as rank
        from waybill_journal.message m
        join waybill_journal.standing s on s.seq = m.seq
        where m.lanes @> array[a.lane]
          and s.status in %1$s
          and s.ranks <> '{}'
          and (s.ranks[array_position(m.lanes, a.lane)], m.seq) < (a.rank, mine.seq)
      ) b on true
      where mine.seq = ?
        and place.status in %1$s
        and place.ranks <> '{}'
      group by a.lane, mine.seq
      order by a.lane
      """
          .formatted(Rows.OPEN);

  /** Where a message stands in each lane in which it holds a place, and who is first there. */
  public List<Stand> stands(long seq) {
    return ask(
        STANDS,
        row -> new Stand(LaneName.parse(row.getString(1)), row.getLong(2), row.getLong(3)),
        seq);
  }

  /** Those of the facts that are true. */
  public Set<PostedAs> posted(Collection<PostedAs> facts) {
    Set<PostedAs> found = new HashSet<>();
    List<PostedAs> distinct = facts.stream().distinct().toList();
    if (!distinct.isEmpty()) {
      try {
        PostedFacts.find(connection, distinct, found);
      } catch (SQLException e) {
        throw SqlErrors.of(e, TRIED);
      }
    }
    return found;
  }

  private static final String BY_LANES =
      """
      select %s
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      where m.lanes && ?::text[]
        and m.operation = ?
      order by m.seq
      limit %d
      """
          .formatted(Rows.COLUMNS, BRINGERS);

  // one arm for each of the two partial indexes
  private static final String BY_ID =
      """
      select %s
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      where (m.owns_id and m.message_id = ?
          or not m.owns_id and m.message_id = ?)
        and m.operation = ?
      order by m.seq
      limit %d
      """
          .formatted(Rows.COLUMNS, BRINGERS);

  private static final String BY_BUSINESS_ID =
      """
      select %s
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      where m.business_id = ?
        and m.operation = ?
      order by m.seq
      limit %d
      """
          .formatted(Rows.COLUMNS, BRINGERS);

  private static final String ANNOUNCING =
      """
      select %s
      from waybill_journal.standing s
      join waybill_journal.message m on m.seq = s.seq
      where s.status <> 'posted'
        and m.announces @> jsonb_build_array(jsonb_build_object(
          'operation', ?::text, 'by', ?::text, 'value', ?::text))
      order by m.seq
      limit %d
      """
          .formatted(Rows.COLUMNS, BRINGERS);

  /**
   * Messages that were received and bring that fact once they are posted, in the order of the
   * journal, whatever became of them; the first of them where there are many.
   *
   * @param nameSpaces the lock name spaces in which that operation has lanes
   */
  public List<MessageRow> bringing(PostedAs fact, Collection<String> nameSpaces) {
    if (!Text.storable(fact.value())) {
      return List.of();
    }
    return switch (fact.by()) {
      case KEY ->
          ask(
              BY_LANES,
              Rows::read,
              nameSpaces.stream()
                  .map(space -> new LaneName(space, fact.value()).toString())
                  .toArray(String[]::new),
              fact.operation());
      case ID -> ask(BY_ID, Rows::read, fact.value(), fact.value(), fact.operation());
      case BUSINESS_ID -> ask(BY_BUSINESS_ID, Rows::read, fact.value(), fact.operation());
      case FIELD ->
          ask(ANNOUNCING, Rows::read, fact.operation(), fact.by().sqlName(), fact.value());
    };
  }

  private static final String REQUIRING =
      """
      select %s
      from waybill_journal.standing s
      join waybill_journal.message m on m.seq = s.seq
      where s.status in %s
        and m.needs is not null
        and m.seq <> ?
        and exists (
          select 1
          from jsonb_array_elements(m.needs) as n (need)
          cross join jsonb_array_elements(n.need -> 'any_of') as f (fact)
          where f.fact in (select jsonb_array_elements(?::jsonb)))
      order by m.seq
      limit ?
      """
          .formatted(Rows.COLUMNS, Rows.OPEN);

  /** Open messages that need a message to be posted, and have not had that from another. */
  public List<MessageRow> requiring(MessageRow message, int limit) {
    Set<PostedAs> facts = new HashSet<>(facts(message));
    facts.removeAll(posted(facts));
    if (facts.isEmpty()) {
      return List.of();
    }
    List<MessageRow> asking =
        ask(
            REQUIRING,
            Rows::read,
            message.seq(),
            String.valueOf(Needs.writeFacts(List.copyOf(facts))),
            limit);
    Set<PostedAs> known =
        posted(
            asking.stream()
                .flatMap(row -> row.received().needs().stream())
                .flatMap(need -> need.anyOf().stream())
                .toList());
    return asking.stream()
        .filter(
            row ->
                row.received().needs().stream()
                    .filter(need -> need.anyOf().stream().noneMatch(known::contains))
                    .anyMatch(need -> need.anyOf().stream().anyMatch(facts::contains)))
        .toList();
  }

  /** All under which others may find it once it is posted. */
  private static List<PostedAs> facts(MessageRow message) {
    Received received = message.received();
    String operation = received.operation();
    List<PostedAs> facts = new ArrayList<>(received.announces());
    message
        .standing()
        .lanes()
        .forEach(lane -> facts.add(new PostedAs(operation, By.KEY, lane.key())));
    facts.add(new PostedAs(operation, By.ID, received.messageId()));
    String businessId = received.businessId();
    if (businessId != null) {
      facts.add(new PostedAs(operation, By.BUSINESS_ID, businessId));
    }
    return facts;
  }

  /** What is kept of the links. */
  public List<LinkState> links() {
    try {
      return LinkRows.read(connection);
    } catch (SQLException e) {
      throw SqlErrors.of(e, TRIED);
    }
  }

  private static final String DESTINATION =
      """
      select d.name, d.postings, d.down_since, d.down_detail, d.next_trial_at, d.failures
      from waybill_journal.destination d
      where d.name = ?
      """;

  /** What is kept of a destination; null for nothing. */
  public @Nullable DestinationState destination(String name) {
    return ask(
            DESTINATION,
            row ->
                new DestinationState(
                    row.getString(1),
                    row.getLong(2),
                    Rows.moment(row, 3),
                    row.getString(4),
                    Rows.moment(row, 5),
                    row.getInt(6)),
            name)
        .stream()
        .findFirst()
        .orElse(null);
  }

  /** What persons have paused. */
  public List<PauseState> pauses() {
    try {
      return PauseRows.read(connection);
    } catch (SQLException e) {
      throw SqlErrors.of(e, TRIED);
    }
  }
}
