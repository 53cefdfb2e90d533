package io.waybill.provider;

import java.sql.SQLException;

/**
 * What a provider does in a transaction. It may run several times, of which one is committed (after
 * a deadlock it is run again): it changes nothing but the database it is given, and neither commits
 * nor rolls back.
 */
@FunctionalInterface
public interface Work {

  /** Does it and answers; an answer that is not 2xx undoes everything and is not remembered. */
  Answer perform(Execution execution) throws SQLException;
}
