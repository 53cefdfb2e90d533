package io.waybill.bench.peers.restate;

/**
 * Where the processes find each other, on loopback.
 *
 * @param ingress of the server, for invocations
 * @param admin of the server, for registration and queries
 * @param node of the server, for other servers
 * @param handlers of this program, for the server
 */
record Ports(int ingress, int admin, int node, int handlers) {

  String ingressUrl() {
    return url(ingress);
  }

  String adminUrl() {
    return url(admin);
  }

  String handlersUrl() {
    return url(handlers);
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }
}
