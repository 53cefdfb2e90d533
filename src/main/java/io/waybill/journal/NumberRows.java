package io.waybill.journal;

import io.waybill.journal.Group.SeriesChange;
import io.waybill.journal.JournalException.Kind;
import io.waybill.message.ClosedGap;
import io.waybill.message.KnownNumbers;
import io.waybill.message.LaneName;
import io.waybill.message.NumberRange;
import io.waybill.message.Numbered;
import io.waybill.message.SeriesState;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes and reads how far the numbers of lanes are done; the rows outlive those of messages. */
final class NumberRows {

  private record Gap(LaneName lane, ClosedGap closed) {}

  private final Connection connection;

  NumberRows(Connection connection) {
    this.connection = connection;
  }

  void write(List<SeriesChange> changes, long epoch) throws SQLException {
    List<SeriesChange> begun = new ArrayList<>();
    List<SeriesChange> gone = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    for (SeriesChange change : changes) {
      (change.fromVersion() == 0 ? begun : gone).add(change);
      change.closed().forEach(closed -> gaps.add(new Gap(change.state().lane(), closed)));
    }
    if (!begun.isEmpty()) {
      write(BEGIN, begun, epoch);
    }
    if (!gone.isEmpty()) {
      write(GO, gone, epoch);
    }
    if (!gaps.isEmpty()) {
      close(gaps);
    }
  }

  private static final String BEGIN =
      """
      insert into waybill_journal.number (epoch, lane, last, ahead, version)
      select ?, lane, last, ahead::bigint[], version
      from unnest(?::text[], ?::bigint[], ?::text[], ?::integer[], ?::integer[])
        as r (lane, last, ahead, version, from_version)
      on conflict (lane) do nothing
      """;

  private static final String GO =
      """
      update waybill_journal.number n
      set epoch = ?,
        last = r.last,
        ahead = r.ahead::bigint[],
        version = r.version
      from unnest(?::text[], ?::bigint[], ?::text[], ?::integer[], ?::integer[])
        as r (lane, last, ahead, version, from_version)
      where n.lane = r.lane
        and n.version = r.from_version
      """;

  private void write(String sql, List<SeriesChange> changes, long epoch) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, epoch);
      new Columns<>(statement, 2, changes)
          .texts(change -> lane(change.state().lane()))
          .longs(change -> change.state().last())
          .ranks(change -> bounds(change.state().ahead()))
          .ints(change -> change.state().version())
          .ints(SeriesChange::fromVersion);
      int changed = statement.executeUpdate();
      if (changed != changes.size()) {
        throw new JournalException(
            Kind.DATA,
            "The numbers of %d of the lanes %s are not in the version they were changed from"
                .formatted(
                    changes.size() - changed,
                    changes.stream().map(change -> change.state().lane()).toList()));
      }
    }
  }

  private static String lane(LaneName lane) {
    return String.valueOf(Text.exact(lane.toString(), "lane", 0));
  }

  /** Each range as two numbers, one after the other. */
  private static List<Long> bounds(List<NumberRange> ranges) {
    List<Long> bounds = new ArrayList<>(ranges.size() * 2);
    for (NumberRange range : ranges) {
      bounds.add(range.from());
      bounds.add(range.to());
    }
    return bounds;
  }

  private static final String CLOSE =
      """
      insert into waybill_journal.number_gap (lane, first, last, at, who, why)
      select lane, first, last, 'epoch'::timestamptz + at * '1 microsecond'::interval, who, why
      from unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[])
        as r (lane, first, last, at, who, why)
      """;

  private void close(List<Gap> gaps) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLOSE)) {
      new Columns<>(statement, gaps)
          .texts(gap -> lane(gap.lane()))
          .longs(gap -> gap.closed().range().from())
          .longs(gap -> gap.closed().range().to())
          .moments(gap -> gap.closed().at())
          .texts(gap -> Text.words(gap.closed().who()))
          .texts(gap -> Text.words(gap.closed().why()));
      statement.executeUpdate();
    }
  }

  private static final String READ =
      """
      select k.place, n.last, n.ahead, n.version, coalesce(g.last >= k.number, false)
      from unnest(?::text[], ?::bigint[]) with ordinality as k (lane, number, place)
      join waybill_journal.number n on n.lane = k.lane
      left join lateral (
        select c.last
        from waybill_journal.number_gap c
        where c.lane = k.lane
          and c.first <= k.number
        order by c.first desc
        limit 1
      ) g on true
      """;

  KnownNumbers read(Collection<Numbered> numbers) throws SQLException {
    List<Numbered> asked =
        numbers.stream()
            .filter(number -> Text.storable(number.lane().toString()))
            .distinct()
            .toList();
    Map<LaneName, SeriesState> series = new HashMap<>();
    Set<Numbered> closed = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(READ)) {
      new Columns<>(statement, asked)
          .texts(number -> number.lane().toString())
          .longs(Numbered::number);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Numbered number = asked.get(row.getInt(1) - 1);
          LaneName lane = number.lane();
          series.put(
              lane, new SeriesState(lane, row.getLong(2), ranges(row.getArray(3)), row.getInt(4)));
          if (row.getBoolean(5)) {
            closed.add(number);
          }
        }
      }
    }
    return new KnownNumbers(series, closed);
  }

  /** The ranges that {@link #bounds} wrote. */
  static List<NumberRange> ranges(Array bounds) throws SQLException {
    Long[] all = (Long[]) bounds.getArray();
    List<NumberRange> ranges = new ArrayList<>(all.length / 2);
    for (int i = 0; i < all.length; i += 2) {
      ranges.add(new NumberRange(all[i], all[i + 1]));
    }
    return ranges;
  }
}
