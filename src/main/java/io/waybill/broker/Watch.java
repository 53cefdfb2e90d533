package io.waybill.broker;

import io.waybill.message.DestinationState;
import io.waybill.message.LinkState;
import io.waybill.message.Outcome;
import java.util.List;

/**
 * Told what the broker does, for whoever counts it. It is told on the threads that do the work, so
 * every answer has to come at once.
 */
public interface Watch {

  /** Watches nothing. */
  Watch NOBODY = new Nobody();

  /** Why a document is not taken now. */
  enum Refusal {
    /** The journal cannot be written, or is still being read at the start. */
    JOURNAL,
    /** As many messages are open as the memory holds. */
    MEMORY,
    /** Too much waits to be written. */
    WAITING,
    /** The broker is stopping. */
    STOPPING
  }

  /** A source is about to hear what became of its document. By any thread. */
  void received(String source, Receipt receipt);

  /** A source is told to keep its document. By any thread. */
  void refused(Refusal why);

  /** A group is durable: how many messages it wrote, and how long that took. By one thread. */
  void written(int messages, long nanos);

  /** Durable changes of statuses, in their order. By the loop's thread. */
  void changed(List<StatusChange> changes);

  /** What is kept of a destination, as read or as written. By the loop's thread. */
  void kept(DestinationState destination);

  /** What is kept of a link, as read or as written. By the loop's thread. */
  void kept(LinkState link);

  /** A posting that had left ended, or its time is over. By any thread. */
  void ended(String destination, Outcome outcome, long nanos);

  /** Hears it and forgets it. */
  final class Nobody implements Watch {

    @Override
    public void received(String source, Receipt receipt) {}

    @Override
    public void refused(Refusal why) {}

    @Override
    public void written(int messages, long nanos) {}

    @Override
    public void changed(List<StatusChange> changes) {}

    @Override
    public void kept(DestinationState destination) {}

    @Override
    public void kept(LinkState link) {}

    @Override
    public void ended(String destination, Outcome outcome, long nanos) {}
  }
}
