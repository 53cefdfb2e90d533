package io.waybill.journal;

import io.waybill.journal.Group.Insert;
import io.waybill.journal.Group.Update;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Writes the places that parked messages of a group take and give back. */
final class PlaceWriter {

  private record Place(LaneName lane, long rank, long seq) {}

  private final Connection connection;
  private final List<Long> returned = new ArrayList<>();
  private final List<Place> taken = new ArrayList<>();

  PlaceWriter(Connection connection, Group group) {
    this.connection = connection;
    for (Insert insert : group.inserts()) {
      take(insert.row());
    }
    for (Update update : group.updates()) {
      if (update.fromParked()) {
        returned.add(update.row().seq());
      }
      take(update.row());
    }
  }

  private void take(MessageRow row) {
    // a process that has left its lanes may be parked at a destination
    if (row.standing().parked() != null && !row.standing().ranks().isEmpty()) {
      for (LaneName lane : row.standing().lanes()) {
        taken.add(new Place(lane, row.standing().rank(lane), row.seq()));
      }
    }
  }

  void write() throws SQLException {
    if (!returned.isEmpty()) {
      giveBack();
    }
    if (!taken.isEmpty()) {
      take();
    }
  }

  private static final String GIVE_BACK =
      """
      delete from waybill_journal.place
      where seq = any(?::bigint[])
      """;

  private void giveBack() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(GIVE_BACK)) {
      new Columns<>(statement, returned).longs(seq -> seq);
      statement.executeUpdate();
    }
  }

  private static final String TAKE =
      """
      insert into waybill_journal.place (lane, rank, seq)
      select lane, rank, seq
      from unnest(?::text[], ?::bigint[], ?::bigint[]) as r (lane, rank, seq)
      """;

  private void take() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      new Columns<>(statement, taken)
          .texts(place -> Text.exact(place.lane().toString(), "lane", place.seq()))
          .longs(Place::rank)
          .longs(Place::seq);
      statement.executeUpdate();
    }
  }
}
