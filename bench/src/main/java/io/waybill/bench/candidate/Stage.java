package io.waybill.bench.candidate;

import io.waybill.bench.services.Servers;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a candidate runs: the servers, a database, two queues and a port of its own, a folder.
 *
 * @param door by which way documents come and leave
 * @param servers PostgreSQL and Artemis
 * @param database the name of its database
 * @param in the queue it takes documents from
 * @param out the queue it hands them to
 * @param port where it listens for documents by HTTP
 * @param folder for its files and its log
 * @param jvm the options that every candidate's JVM gets
 */
public record Stage(
    Door door,
    Servers servers,
    String database,
    String in,
    String out,
    int port,
    Path folder,
    List<String> jvm) {

  public String jdbcUrl() {
    return servers.jdbcUrl(database);
  }

  /** Where it sends documents to by HTTP. */
  public String httpUrl() {
    return servers.httpUrl() + "/" + database;
  }
}
