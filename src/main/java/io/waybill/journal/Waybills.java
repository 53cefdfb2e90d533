package io.waybill.journal;

import io.waybill.message.HistoryEntry;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.Reason;
import io.waybill.message.SeriesState;
import io.waybill.message.Status;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What people ask the state table. Every question is bounded in rows and in time, so that curiosity
 * never slows the broker; one that takes too long is a {@link JournalException}.
 */
public final class Waybills {

  /** No answer has more rows than this. */
  public static final int MOST = 1_000;

  private static final int SECONDS = 5;

  private final DataSource database;

  /** The state table in this database. */
  public Waybills(DataSource database) {
    this.database = database;
  }

  /**
   * Which messages to find; null leaves open.
   *
   * @param id the sender's message id
   * @param lane a lane it belongs to
   * @param status its status
   * @param since received at or after
   * @param source where it came from, or the beginning of that, e.g. {@code jms:}
   * @param after only greater numbers: the last number of the page before, 0 for the first page
   * @param limit at most so many, and at most {@link #MOST}
   */
  public record Filter(
      @Nullable String operation,
      @Nullable String sender,
      @Nullable String id,
      @Nullable String businessId,
      @Nullable LaneName lane,
      @Nullable Status status,
      @Nullable Instant since,
      @Nullable String source,
      long after,
      int limit) {

    /** The first messages there are. */
    public static Filter first(int limit) {
      return new Filter(null, null, null, null, null, null, null, null, 0, limit);
    }
  }

  /** A lane in which an open message holds a place. */
  public record LaneView(
      LaneName lane, long first, Status firstStatus, long waiting, Instant oldest) {

    /** Whether it stands still until somebody or something outside acts. */
    public boolean held() {
      return HOLDING.contains(firstStatus);
    }
  }

  /** How many messages stand so. */
  public record Count(Status status, @Nullable Reason reason, long messages) {}

  /**
   * A link, or a destination as a link.
   *
   * @param kind {@code link} or {@code destination}
   * @param declaredBy who declared it down; null where its probe decides
   * @param waiting how many messages wait for that link; 0 for a destination
   */
  public record LinkView(
      String name,
      boolean up,
      @Nullable Instant since,
      @Nullable String detail,
      @Nullable Instant nextTrialAt,
      String kind,
      @Nullable String declaredBy,
      long waiting) {

    /** A destination as a link. */
    public LinkView(
        String name,
        boolean up,
        @Nullable Instant since,
        @Nullable String detail,
        @Nullable Instant nextTrialAt) {
      this(name, up, since, detail, nextTrialAt, "destination", null, 0);
    }

    /** Whether it is not a link of its own. */
    public boolean ofDestination() {
      return kind.equals("destination");
    }
  }

  private static final List<Status> HOLDING =
      List.of(Status.FAILED, Status.IN_DOUBT, Status.RETRIABLE, Status.CANCELLING);

  private static final String MESSAGES =
      """
      select %s, t.node
      from waybill_journal.message m
      join waybill_journal.standing s on s.seq = m.seq
      left join waybill_journal.takeover t on t.epoch = s.epoch
      where true
      """
          .formatted(Rows.COLUMNS);

  /** One message. */
  public Optional<MessageView> message(long seq) {
    return new Question("Reading message " + seq, MESSAGES)
        .with("and m.seq = ?", seq).ask(Waybills::view).stream().findFirst();
  }

  /**
   * Messages in ascending order of their numbers; the last one's is {@code after} of the next page.
   */
  public List<MessageView> find(Filter filter) {
    Question question =
        new Question("Finding messages", MESSAGES)
            .with("and m.seq > ?", filter.after())
            .with("and m.operation = ?", filter.operation())
            .with("and m.sender = ?", filter.sender())
            .with("and m.business_id = ?", filter.businessId())
            .with("and m.lanes @> array[?::text]", text(filter.lane()))
            .with("and m.received_at >= ?", moment(filter.since()))
            .with("and starts_with(m.source, ?)", filter.source());
    if (filter.id() != null) {
      // one arm for each of the two partial indexes
      question
          .with("and (m.owns_id and m.message_id = ?", filter.id())
          .with("or not m.owns_id and m.message_id = ?)", filter.id());
    }
    if (filter.status() != null) {
      question.with("and s.status = " + Rows.literal(filter.status()));
    }
    return question
        .with("order by m.seq")
        .with("limit ?", bounded(filter.limit()))
        .ask(Waybills::view);
  }

  private static MessageView view(ResultSet row) throws SQLException {
    return MessageView.of(Rows.read(row), row.getString(Rows.WIDTH + 1), row.getLong(Rows.EPOCH));
  }

  private static final String HISTORY =
      """
      select h.seq, h.run, h.at, h.from_status, h.to_status, h.reason, h.reason_detail, h.who
      from waybill.history h
      where h.seq = ?
      order by h.entry
      """;

  /** What happened to a message, oldest first; no more than the first {@link #MOST} lines. */
  public List<HistoryEntry> history(long seq) {
    return new Question("Reading the history of message " + seq, HISTORY, seq)
        .with("limit ?", MOST)
        .ask(Waybills::entry);
  }

  private static HistoryEntry entry(ResultSet row) throws SQLException {
    String from = row.getString(4);
    return new HistoryEntry(
        row.getLong(1),
        row.getInt(2),
        row.getObject(3, OffsetDateTime.class).toInstant(),
        from == null ? null : Status.of(from),
        Status.of(row.getString(5)),
        Rows.reason(row.getString(6)),
        row.getString(7),
        row.getString(8));
  }

  private static final String PAYLOAD =
      """
      select p.content_type, p.headers::text, p.body
      from waybill_journal.payload p
      where p.seq = ?
        and p.revision = ?
      """;

  /** A document. */
  public Optional<Payload> payload(long seq, int revision) {
    return new Question("Reading the document of message " + seq, PAYLOAD, seq, revision)
        .ask(row -> Rows.payload(row, 1)).stream().findFirst();
  }

  private static final String PAYLOAD_REMOVED =
      """
      select p.removed_at
      from waybill.removed_payloads p
      where p.seq = ?
      """;

  /** Since when the documents of a message are no longer kept; empty while they are. */
  public Optional<Instant> payloadRemovedAt(long seq) {
    return new Question(
            "Reading when the document of message " + seq + " was removed", PAYLOAD_REMOVED, seq)
        .ask(row -> Objects.requireNonNull(Rows.moment(row, 1))).stream().findFirst();
  }

  private static final String LANES =
      """
      select l.lane, l.first, l.first_status, l.waiting, l.oldest
      from waybill.lanes l
      where true
      """;

  private static final String LANE =
      """
      select p.lane, p.first, f.status, p.places - 1, p.oldest
      from (
        select
          ?::text as lane,
          (array_agg(m.seq order by s.ranks[array_position(m.lanes, ?::text)], m.seq))[1] as first,
          count(*) as places,
          min(m.received_at) as oldest
        from waybill_journal.message m
        join waybill_journal.standing s on s.seq = m.seq
        where m.lanes @> array[?::text]
          and s.status in %s
          and s.ranks <> '{}'
      ) p
      join waybill_journal.standing f on f.seq = p.first
      """
          .formatted(Rows.OPEN);

  /**
   * Lanes in which an open message holds a place, the one with the oldest message first.
   *
   * @param nameSpace only of this lock name space
   * @param key only with this key value; with the lock name space it is found by index
   * @param held true for those that stand still until somebody acts, false for the others
   */
  public List<LaneView> lanes(
      @Nullable String nameSpace, @Nullable String key, @Nullable Boolean held, int limit) {
    if (nameSpace != null && key != null) {
      String lane = new LaneName(nameSpace, key).toString();
      return new Question("Reading lane " + lane, LANE, lane, lane, lane)
          .ask(Waybills::lane).stream()
              .filter(found -> held == null || found.held() == held)
              .toList();
    }
    Question question =
        new Question("Reading lanes", LANES)
            .with("and l.name_space = ?", nameSpace)
            .with("and l.key = ?", key);
    if (held != null) {
      question.with(held ? "and l.first_status in" : "and l.first_status not in").with(HOLDING_SQL);
    }
    return question
        .with("order by l.oldest, l.lane")
        .with("limit ?", bounded(limit))
        .ask(Waybills::lane);
  }

  /** The lanes in which most messages wait, the longest first. */
  public List<LaneView> longestLanes(int limit) {
    return new Question("Reading the longest lanes", LANES)
        .with("order by l.waiting desc, l.lane")
        .with("limit ?", bounded(limit))
        .ask(Waybills::lane);
  }

  private static final String HOLDING_SQL =
      "(" + String.join(", ", HOLDING.stream().map(Rows::literal).toList()) + ")";

  private static LaneView lane(ResultSet row) throws SQLException {
    return new LaneView(
        LaneName.parse(row.getString(1)),
        row.getLong(2),
        Status.of(row.getString(3)),
        row.getLong(4),
        row.getObject(5, OffsetDateTime.class).toInstant());
  }

  // lane by lane, so that each is found by its index however many messages are open
  private static final String BEHIND =
      """
      with place as (
        select p.lane, p.rank
        from waybill_journal.message m
        join waybill_journal.standing s on s.seq = m.seq
        cross join unnest(m.lanes, s.ranks) as p (lane, rank)
        where m.seq = ?
      ),
      behind as materialized (
        select distinct m.seq
        from place p
        cross join lateral (
          select l.seq, l.lanes
          from waybill_journal.message l
          where l.lanes @> array[p.lane]
          offset 0
        ) m
        join waybill_journal.standing s on s.seq = m.seq
        where s.status in %2$s
          and s.ranks[array_position(m.lanes, p.lane)] > p.rank
      )
      select %1$s, t.node
      from behind b
      join waybill_journal.message m on m.seq = b.seq
      join waybill_journal.standing s on s.seq = b.seq
      left join waybill_journal.takeover t on t.epoch = s.epoch
      order by b.seq
      limit ?
      """
          .formatted(Rows.COLUMNS, Rows.OPEN);

  /** Open messages that stand behind it in one of its lanes: who waits when it is held. */
  public List<MessageView> behind(long seq, int limit) {
    return new Question("Reading who waits for " + seq, BEHIND, seq, bounded(limit))
        .ask(Waybills::view);
  }

  /** Several questions about one moment. */
  public <T> T now(Function<Moment, T> questions) {
    return Moment.now(database, questions);
  }

  /** Open messages that wait for this one to be posted, or for another like it. */
  public List<MessageRow> requiring(long seq, int limit) {
    return now(
        moment ->
            moment
                .message(seq)
                .map(message -> moment.requiring(message, bounded(limit)))
                .orElse(List.of()));
  }

  /** A place in a lane: how many stand before it. */
  public record LanePlace(LaneName lane, long ahead) {}

  private static final String PLACES =
      """
      select a.lane, count(b.seq)
      from waybill_journal.message mine
      join waybill_journal.standing place on place.seq = mine.seq
      cross join unnest(mine.lanes, place.ranks) as a (lane, rank)
      left join lateral (
        select m.seq
        from waybill_journal.message m
        join waybill_journal.standing s on s.seq = m.seq
        where m.lanes @> array[a.lane]
          and s.status in %s
          and s.ranks <> '{}'
          and (s.ranks[array_position(m.lanes, a.lane)], m.seq) < (a.rank, mine.seq)
      ) b on true
      where mine.seq = ?
        and place.status in %s
        and place.ranks <> '{}'
      group by a.lane
      order by a.lane
      """
          .formatted(Rows.OPEN, Rows.OPEN);

  /** The places it holds; none when it is closed or left its lanes. */
  public List<LanePlace> places(long seq) {
    return new Question("Reading the places of message " + seq, PLACES, seq)
        .ask(row -> new LanePlace(LaneName.parse(row.getString(1)), row.getLong(2)));
  }

  private static final String COUNTS =
      """
      select s.status, s.reason, count(*)
      from waybill_journal.standing s
      group by s.status, s.reason
      order by s.status, s.reason
      """;

  private static final String COUNTS_UNPOSTED =
      """
      select s.status, s.reason, count(*)
      from waybill_journal.standing s
      where s.status <> 'posted'
      group by s.status, s.reason
      order by s.status, s.reason
      """;

  /** How many messages there are by status and reason; reads the whole table. */
  public List<Count> counts() {
    return new Question("Counting messages", COUNTS).ask(Waybills::count);
  }

  /** The same but for posted ones: quick whatever the table's size. */
  public List<Count> countsUnposted() {
    return new Question("Counting messages", COUNTS_UNPOSTED).ask(Waybills::count);
  }

  private static Count count(ResultSet row) throws SQLException {
    return new Count(Status.of(row.getString(1)), Rows.reason(row.getString(2)), row.getLong(3));
  }

  private static final String LINKS =
      """
      select l.name, l.state = 'up', l.since, l.detail, l.next_trial_at, l.kind, l.declared_by,
        case when l.kind = 'link' then (
          select count(*)
          from waybill_journal.standing s
          where s.link is not null
            and s.link = l.name
        ) else 0 end
      from waybill.links l
      order by l.name, l.kind
      """;

  /** The links, and the destinations as links, as last seen. */
  public List<LinkView> links() {
    return new Question("Reading links", LINKS)
        .ask(
            row ->
                new LinkView(
                    row.getString(1),
                    row.getBoolean(2),
                    Rows.moment(row, 3),
                    row.getString(4),
                    Rows.moment(row, 5),
                    row.getString(6),
                    row.getString(7),
                    row.getLong(8)));
  }

  private static final String PAUSES =
      """
      select p.kind, p.name, p.since, p.who, p.why
      from waybill.pauses p
      order by p.kind, p.name
      """;

  /** What persons have paused. */
  public List<PauseState> pauses() {
    return new Question("Reading what is paused", PAUSES)
        .with("limit ?", MOST)
        .ask(
            row ->
                PauseRows.of(
                    row.getString(1),
                    row.getString(2),
                    new PauseState.Set(
                        Objects.requireNonNull(Rows.moment(row, 3)),
                        row.getString(4),
                        row.getString(5))));
  }

  private static final String NUMBERS =
      """
      select n.lane, n.last, n.ahead
      from waybill.numbers n
      where true
      """;

  /** How far the numbers of lanes are done; null stands for all lanes. */
  public List<SeriesState> numbers(@Nullable LaneName lane, int limit) {
    Question question = new Question("Reading numbers", NUMBERS);
    if (lane != null) {
      question.with("and n.lane = ?", lane.toString());
    }
    return question
        .with("order by n.lane limit ?", bounded(limit))
        .ask(
            row ->
                new SeriesState(
                    LaneName.parse(row.getString(1)),
                    row.getLong(2),
                    NumberRows.ranges(row.getArray(3)),
                    0));
  }

  private static int bounded(int limit) {
    return Math.max(1, Math.min(limit, MOST));
  }

  private static @Nullable String text(@Nullable LaneName lane) {
    return lane == null ? null : lane.toString();
  }

  private static @Nullable Object moment(@Nullable Instant moment) {
    return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
  }

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** One statement, put together from constant clauses; values are always bound. */
  private final class Question {

    private final String tried;
    private final StringBuilder sql;
    private final List<Object> values = new ArrayList<>();
    private boolean unanswerable;

    Question(String tried, String sql, Object... values) {
      this.tried = tried;
      this.sql = new StringBuilder(sql);
      for (Object value : values) {
        bind(value);
      }
    }

    Question with(String clause) {
      sql.append(clause).append('\n');
      return this;
    }

    /** Leaves the clause out where there is no value. */
    Question with(String clause, @Nullable Object value) {
      if (value != null) {
        with(clause);
        bind(value);
      }
      return this;
    }

    private void bind(Object value) {
      // what the database cannot hold is not in it
      unanswerable |= value instanceof String text && !Text.storable(text);
      values.add(value);
    }

    <T> List<T> ask(Reading<T> reading) {
      List<T> answer = new ArrayList<>();
      if (unanswerable) {
        return answer;
      }
      try (Connection connection = Session.connect(database, tried);
          PreparedStatement statement = connection.prepareStatement(sql.toString())) {
        statement.setQueryTimeout(SECONDS);
        for (int i = 0; i < values.size(); i++) {
          statement.setObject(i + 1, values.get(i));
        }
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            answer.add(reading.of(row));
          }
        }
        return answer;
      } catch (SQLException e) {
        throw SqlErrors.of(e, tried);
      }
    }
  }
}
