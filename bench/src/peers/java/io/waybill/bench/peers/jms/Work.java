package io.waybill.bench.peers.jms;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that ends only by an error, and then the whole program ends with it. */
public interface Work {

  void run() throws Exception;

  /** Does it in a thread of its own. */
  static void start(String name, Work work) {
    Logger log = LoggerFactory.getLogger(Work.class);
    new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                log.error("Thread {} ended", name, e);
                Runtime.getRuntime().halt(1);
              }
            },
            name)
        .start();
  }
}
