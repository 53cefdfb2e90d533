package io.waybill.camel;

/** What an endpoint of the component does. The names are those of the endpoint's URI. */
public enum Kind {
  /** Journals what is sent to it. */
  submit,
  /** Consumes the messages of a destination. */
  post,
  /** Consumes the cancellations of a provider. */
  cancel,
  /** Probes a link. */
  link,
  /** Asks a destination whether it has a posting. */
  query,
  /** Releases stored replies. */
  release
}
