package io.waybill.bench.candidate;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of those that are measured. It is a program that takes documents from one queue and hands
 * them to another, with a record in SQL of where each of them is; or by another door of its stage.
 */
public interface Candidate {

  /** As on the command line and in the report. */
  String name();

  /** What it is, in a few words. */
  String title();

  /** Version and settings, as they are told in the report. */
  List<String> settings();

  /** How its process is started; also after a kill, on the same stage. */
  Launch launch(Stage stage) throws IOException;

  /** A query for the number of documents that its own tables do not call finished. */
  String unfinished();

  /** That number; here it asks its database. */
  default long unfinished(Connection database, Stage stage) throws Exception {
    try (PreparedStatement query = database.prepareStatement(unfinished(stage.door()));
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The same, where it comes by another door. */
  default String unfinished(Door door) {
    return unfinished();
  }

  /** Why it is not measured with that door; null where it is. */
  default @Nullable String cannot(Door door) {
    return door == Door.QUEUES ? null : "queues only";
  }

  /** Whether it is the endpoint itself, which has nothing behind that door. */
  default boolean bare(Door door) {
    return false;
  }

  /** Why it cannot do what a condition asks for; null where it can. */
  default @Nullable String cannot(String condition) {
    return null;
  }
}
