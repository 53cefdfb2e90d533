package io.waybill.journal;

import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Page;
import io.waybill.message.ParkedLane;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the messages that memory does not hold. */
final class ParkedMessages {

  private static final String TRIED = "Reading parked messages";

  /** The column that says which page a row is on, from 1. */
  private static final int PAGE = Rows.WIDTH + 1;

  private final Session reader;

  ParkedMessages(Session reader) {
    this.reader = reader;
  }

  private static final String LANES =
      """
      select l.lane, l.first, l.last, s.parked <> 'lane'
      from (
        select lane, min(rank) as first, max(rank) as last
        from waybill_journal.place
        group by lane
      ) l
      join waybill_journal.place f on f.lane = l.lane and f.rank = l.first
      join waybill_journal.standing s on s.seq = f.seq
      """;

  void lanes(Consumer<ParkedLane> each) {
    read(
        LANES,
        row ->
            each.accept(
                new ParkedLane(
                    LaneName.parse(row.getString(1)),
                    row.getLong(2),
                    row.getLong(3),
                    row.getBoolean(4))));
  }

  private static final String DESTINATIONS =
      """
      select distinct destination
      from waybill_journal.standing
      where parked = 'destination'
      """;

  Set<String> destinations() {
    Set<String> found = new HashSet<>();
    read(DESTINATIONS, row -> found.add(row.getString(1)));
    return found;
  }

  private static final String LINKS =
      """
      select distinct link
      from waybill_journal.standing
      where link is not null
        and parked = 'link'
      """;

  Set<String> links() {
    Set<String> found = new HashSet<>();
    read(LINKS, row -> found.add(row.getString(1)));
    return found;
  }

  private interface Found {
    void in(ResultSet row) throws SQLException;
  }

  private void read(String sql, Found found) {
    reader.run(
        TRIED,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql);
              ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              found.in(row);
            }
          }
          return sql;
        });
  }

  private static final String OF_LANES =
      """
      select %s, k.page
      from unnest(?::text[], ?::bigint[], ?::integer[]) with ordinality as k (lane, after, most, page)
      cross join lateral (
        select p.rank, p.seq
        from waybill_journal.place p
        where p.lane = k.lane
          and p.rank > k.after
        order by p.rank
        limit k.most
      ) f
      join waybill_journal.message m on m.seq = f.seq
      join waybill_journal.standing s on s.seq = f.seq
      order by k.page, f.rank
      """
          .formatted(Rows.COLUMNS);

  private static final String OF_DESTINATIONS =
      """
      select %s, k.page
      from unnest(?::text[], ?::bigint[], ?::integer[]) with ordinality
        as k (destination, after, most, page)
      cross join lateral (
        select d.seq
        from waybill_journal.standing d
        where d.parked = 'destination'
          and d.destination = k.destination
          and d.seq > k.after
        order by d.seq
        limit k.most
      ) f
      join waybill_journal.message m on m.seq = f.seq
      join waybill_journal.standing s on s.seq = f.seq
      order by k.page, f.seq
      """
          .formatted(Rows.COLUMNS);

  private static final String OF_LINKS =
      """
      select %s, k.page
      from unnest(?::text[], ?::bigint[], ?::integer[]) with ordinality
        as k (link, after, most, page)
      cross join lateral (
        select d.seq
        from waybill_journal.standing d
        where d.link is not null
          and d.parked = 'link'
          and d.link = k.link
          and d.seq > k.after
        order by d.seq
        limit k.most
      ) f
      join waybill_journal.message m on m.seq = f.seq
      join waybill_journal.standing s on s.seq = f.seq
      order by k.page, f.seq
      """
          .formatted(Rows.COLUMNS);

  private static final String OF_MESSAGES =
      """
      select %s
      from unnest(?::bigint[]) as k (seq)
      join waybill_journal.message m on m.seq = k.seq
      join waybill_journal.standing s on s.seq = k.seq
      order by k.seq
      """
          .formatted(Rows.COLUMNS);

  Map<Page, List<MessageRow>> pages(Collection<Page> pages) {
    Map<Page, List<MessageRow>> found = new LinkedHashMap<>();
    pages.forEach(page -> found.put(page, new ArrayList<>()));
    List<Page.OfLane> ofLanes = only(Page.OfLane.class, pages);
    read(OF_LANES, ofLanes, page -> page.lane().toString(), Page.OfLane::after, found);
    List<Page.OfDestination> ofDestinations = only(Page.OfDestination.class, pages);
    read(
        OF_DESTINATIONS,
        ofDestinations,
        Page.OfDestination::destination,
        Page.OfDestination::after,
        found);
    List<Page.OfLink> ofLinks = only(Page.OfLink.class, pages);
    read(OF_LINKS, ofLinks, Page.OfLink::link, Page.OfLink::after, found);
    only(Page.OfMessages.class, pages).forEach(page -> found.put(page, messages(page)));
    return found;
  }

  private List<MessageRow> messages(Page.OfMessages page) {
    List<MessageRow> rows = new ArrayList<>();
    reader.run(
        TRIED,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(OF_MESSAGES)) {
            new Columns<>(statement, page.seqs()).longs(seq -> seq);
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                rows.add(Rows.read(row));
              }
            }
          }
          return rows.size();
        });
    return rows;
  }

  private static <P extends Page> List<P> only(Class<P> kind, Collection<Page> pages) {
    return pages.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private <P extends Page> void read(
      String sql,
      List<P> pages,
      Function<P, @Nullable String> queue,
      Function<P, @Nullable Long> after,
      Map<Page, List<MessageRow>> found) {
    if (pages.isEmpty()) {
      return;
    }
    reader.run(
        TRIED,
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new Columns<>(statement, pages).texts(queue).longs(after).ints(Page::limit);
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) {
                Page page = pages.get(row.getInt(PAGE) - 1);
                found.computeIfAbsent(page, asked -> new ArrayList<>()).add(Rows.read(row));
              }
            }
          }
          return pages.size();
        });
  }
}
