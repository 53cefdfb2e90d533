package io.waybill.bench.candidate;

import io.waybill.bench.services.Servers;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a candidate runs: the servers, a database and two queues of its own, a folder.
 *
 * @param servers PostgreSQL and Artemis
 * @param database the name of its database
 * @param in the queue it takes documents from
 * @param out the queue it hands them to
 * @param folder for its files and its log
 * @param jvm the options that every candidate's JVM gets
 */
public record Stage(
    Servers servers, String database, String in, String out, Path folder, List<String> jvm) {

  public String jdbcUrl() {
    return servers.jdbcUrl(database);
  }
}
