package io.waybill.bench.services;

import jakarta.servlet.http.HttpServlet;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** The HTTP server that Waybill has too, with one servlet for everything. */
public final class Web {

  /** As many as Waybill has. */
  public static final int THREADS = 64;

  private Web() {}

  /** Listens when it returns. */
  public static void start(int port, int threads, Path folder, HttpServlet servlet)
      throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.toString());
    Connector connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxThreads", String.valueOf(threads));
    connector.setProperty("minSpareThreads", String.valueOf(Math.min(10, threads)));
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "CamelServlet", servlet).setLoadOnStartup(1);
    context.addServletMappingDecoded("/*", "CamelServlet");
    tomcat.start();
  }
}
