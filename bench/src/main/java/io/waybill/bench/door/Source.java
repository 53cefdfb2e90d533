package io.waybill.bench.door;

import io.waybill.bench.work.Documents;

/** Where a candidate finds documents. */
public interface Source extends AutoCloseable {

  /** Lays so many down where the candidate does not take them yet. */
  void fill(Documents documents, int number) throws Exception;

  /** From now on it may. */
  void release() throws Exception;

  /** How many are not taken yet. */
  long waiting();

  @Override
  void close() throws Exception;
}
