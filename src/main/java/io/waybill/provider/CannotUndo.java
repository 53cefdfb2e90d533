package io.waybill.provider;

/** An inverse operation refuses; the message says why, for a person. */
public final class CannotUndo extends Exception {

  /** Refuses for that reason. */
  public CannotUndo(String why) {
    super(why);
  }
}
