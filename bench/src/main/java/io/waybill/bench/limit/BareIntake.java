package io.waybill.bench.limit;

import io.waybill.bench.candidate.Surroundings;
import io.waybill.bench.services.Web;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;

/** The program that only answers: Tomcat reads the document and says 202. */
public final class BareIntake {

  private BareIntake() {}

  public static void main(String[] arguments) throws Exception {
    Surroundings here = Surroundings.here();
    Files.createDirectories(here.folder());
    Web.start(here.port(), Web.THREADS, here.folder(), new Accepted());
    Surroundings.ready();
  }

  private static final class Accepted extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      request.getInputStream().readNBytes(request.getContentLength());
      response.setStatus(HttpServletResponse.SC_ACCEPTED);
    }
  }
}
