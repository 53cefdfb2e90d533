package io.waybill.embedded;

/** Decides who may do what at the embedded Artemis. Called by many threads at once. */
public interface ArtemisAccess {

  /** What a client wants to do with an address or one of its queues. */
  enum Permission {
    SEND,
    CONSUME,
    BROWSE,
    /** Create an address or a queue, temporary ones included. */
    CREATE,
    /** Delete an address or a queue, temporary ones included. */
    DELETE,
    /** Look at, change or run anything through the management address. */
    MANAGE
  }

  /**
   * True if this is the password of this user.
   *
   * @param from the address it comes from, without a port
   */
  boolean authenticate(String user, String password, String from);

  /**
   * True if the user may.
   *
   * @param address an address, or {@code address::queue} where the queue is named with it
   */
  boolean authorize(String user, Permission permission, String address);
}
