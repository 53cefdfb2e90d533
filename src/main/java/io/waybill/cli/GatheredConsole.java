package io.waybill.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * The log on standard output. Lines about statuses come by the thousand; they are gathered for up
 * to a tenth of a second, as a system call for each would cost more than the line. Everything else
 * is there at once, and what was gathered before it.
 */
final class GatheredConsole extends ConsoleAppender<ILoggingEvent> {

  private static final String GATHERED = "io.waybill.status";
  private static final int ROOM = 1 << 16;
  private static final long LONGEST_MILLIS = 100;

  /** Whether lines wait; guarded by the lock of the stream. */
  private boolean waiting;

  /** Takes the place of the console appender that is there; leaves any other as it is. */
  static void install() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      for (ConsoleAppender<ILoggingEvent> console : consoles(root)) {
        GatheredConsole gathered = new GatheredConsole();
        gathered.setContext(context);
        gathered.setName(console.getName());
        gathered.setEncoder(console.getEncoder());
        gathered.setTarget(console.getTarget());
        console.getCopyOfAttachedFiltersList().forEach(gathered::addFilter);
        gathered.start();
        root.addAppender(gathered);
        root.detachAppender(console);
      }
    }
  }

  private static List<ConsoleAppender<ILoggingEvent>> consoles(Logger root) {
    List<ConsoleAppender<ILoggingEvent>> consoles = new ArrayList<>();
    Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
    while (appenders.hasNext()) {
      if (appenders.next() instanceof ConsoleAppender<ILoggingEvent> console
          && !(console instanceof GatheredConsole)) {
        consoles.add(console);
      }
    }
    return consoles;
  }

  @Override
  public void setOutputStream(OutputStream stream) {
    super.setOutputStream(new BufferedOutputStream(stream, ROOM));
    setImmediateFlush(false);
  }

  @Override
  protected void subAppend(ILoggingEvent event) {
    super.subAppend(event);
    streamWriteLock.lock();
    try {
      if (!event.getLoggerName().equals(GATHERED)
          || event.getLevel().isGreaterOrEqual(Level.WARN)) {
        flush();
      } else if (!waiting) {
        waiting = true;
        var unused =
            getContext()
                .getScheduledExecutorService()
                .schedule(this::flushInTime, LONGEST_MILLIS, TimeUnit.MILLISECONDS);
      }
    } finally {
      streamWriteLock.unlock();
    }
  }

  private void flushInTime() {
    streamWriteLock.lock();
    try {
      waiting = false;
      flush();
    } finally {
      streamWriteLock.unlock();
    }
  }

  private void flush() {
    try {
      getOutputStream().flush();
    } catch (IOException e) {
      addError("The log cannot be written", e);
    }
  }
}
