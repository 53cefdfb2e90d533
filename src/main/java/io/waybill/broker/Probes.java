package io.waybill.broker;

/** Where the probes of links come and go. Safe for use by several threads. */
public interface Probes {

  /**
   * From now on this probe says whether the link is there, for the first time at once.
   *
   * @throws IllegalArgumentException where there is no such link
   * @throws IllegalStateException where it has a probe already
   */
  void openProbe(String link, Probe probe);

  /** It says so no longer; the link stays as it was seen last. */
  void closeProbe(String link);

  /** A broker that nobody asks for links. */
  Probes NONE =
      new Probes() {
        @Override
        public void openProbe(String link, Probe probe) {
          throw new IllegalArgumentException("No links are probed here");
        }

        @Override
        public void closeProbe(String link) {
          // none was opened
        }
      };
}
