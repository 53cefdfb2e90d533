package io.waybill.cli.demo;

/** A program or partner that hands documents in. */
interface Sender extends AutoCloseable {

  /**
   * Sends a document and returns when it may be forgotten.
   *
   * @param again whether it was sent before
   * @return what the sender was told, in words
   */
  String send(Sample sample, boolean again) throws Exception;

  @Override
  default void close() throws Exception {}
}
