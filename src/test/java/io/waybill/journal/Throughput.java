package io.waybill.journal;

import static io.waybill.journal.Samples.changed;
import static io.waybill.journal.Samples.group;
import static io.waybill.journal.Samples.insert;
import static io.waybill.journal.Samples.message;

import io.waybill.journal.Group.Insert;
import io.waybill.journal.Group.Update;
import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints how many messages a second one writer takes: in groups of 256, each message written twice
 * (posting, then posted) with its document and two lines of history.
 */
final class Throughput {

  private static final int SIZE = 256;
  private static final int GROUPS = 200;

  private Throughput() {}

  public static void main(String[] arguments) {
    JournalDatabase database = new JournalDatabase();
    try (JdbcJournal journal = new JdbcJournal(database.database.dataSource())) {
      long epoch = journal.takeOver("bench");
      round(journal, epoch, 1, 20);
      for (int repetition = 0; repetition < 3; repetition++) {
        round(journal, epoch, journal.lastSeq() + 1, GROUPS);
      }
    }
  }

  private static void round(JdbcJournal journal, long epoch, long first, int groups) {
    long inserting = 0;
    long updating = 0;
    for (int i = 0; i < groups; i++) {
      List<Insert> inserts = new ArrayList<>();
      List<Update> updates = new ArrayList<>();
      for (long seq = first + (long) i * SIZE; seq < first + (i + 1L) * SIZE; seq++) {
        MessageRow row =
            message(seq, Status.POSTING, null, new LaneName("cust", "c" + seq % 5_000));
        inserts.add(insert(row));
        updates.add(new Update(changed(row, Status.POSTED, null), Status.POSTING, 0, false, false));
      }
      long start = System.nanoTime();
      journal.commit(group(epoch, inserts, List.of()));
      long middle = System.nanoTime();
      journal.commit(group(epoch, List.of(), updates));
      inserting += middle - start;
      updating += System.nanoTime() - middle;
    }
    System.out.printf(
        "%,d messages: %,.0f inserts/s, %,.0f updates/s%n",
        groups * SIZE, groups * SIZE / (inserting / 1e9), groups * SIZE / (updating / 1e9));
  }
}
