package io.waybill.cli;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process at once when the broker cannot go on: its loop died, its lease is lost, memory
 * ran out. Nothing is tidied up, because a broker in that state is not to touch anything any more;
 * the next start recovers as after any crash.
 */
final class Fatal implements Consumer<Throwable>, Thread.UncaughtExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Fatal.class);

  @Override
  public void accept(Throwable cause) {
    try {
      LOG.error("The broker cannot go on and ends at once; start it again", cause);
    } finally {
      Runtime.getRuntime().halt(ExitCode.FATAL);
    }
  }

  @Override
  public void uncaughtException(Thread thread, Throwable e) {
    if (e instanceof VirtualMachineError) {
      accept(e);
    }
    LOG.error("Thread {} ended", thread.getName(), e);
  }
}
