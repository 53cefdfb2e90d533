package io.waybill.operator;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import org.jolokia.server.core.http.AgentServlet;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.jmx.export.MBeanExporter;
import org.springframework.jmx.export.annotation.AnnotationJmxAttributeSource;
import org.springframework.jmx.export.assembler.MetadataMBeanInfoAssembler;
import org.springframework.jmx.support.RegistrationPolicy;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Hawtio under {@code /hawtio}: its pages from its jar, Jolokia behind them with an allow-list, and
 * the broker's own login before both. Hawtio's server side is not used: it brings a proxy to other
 * machines and a login of its own.
 */
@Configuration(proxyBeanMethods = false)
class ConsoleConfiguration {

  static final String PATH = "/hawtio";
  static final String JOLOKIA = PATH + "/jolokia";
  private static final String LOGIN = PATH + "/auth/login";

  static final String NO_ROLE = "The console is for users with the role viewer, operator or admin.";

  /** Scripts and frames from here only; Hawtio's editor writes styles and starts workers. */
  private static final String CONTENT =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:;"
          + " img-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self';"
          + " form-action 'self'; frame-ancestors 'none'";

  @Bean
  @Order(1)
  SecurityFilterChain consoleAccess(HttpSecurity http, Users users, Audit audit) throws Exception {
    return http.securityMatcher(new OrRequestMatcher(at(PATH), at(PATH + "/**")))
        .authenticationProvider(new AccessConfiguration.Password(users))
        .httpBasic(basic -> basic.authenticationEntryPoint(ConsoleConfiguration::unauthenticated))
        // the login starts the session, nothing else
        .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.NEVER))
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(
            logout ->
                logout
                    .logoutRequestMatcher(at(HttpMethod.GET, PATH + "/auth/logout"))
                    .logoutSuccessHandler(
                        (request, response, known) -> response.sendRedirect(PATH + "/login")))
        // the cookie is SameSite=Strict, and SameOriginFilter refuses what browsers could forge
        .csrf(AbstractHttpConfigurer::disable)
        .addFilterBefore(new SameOriginFilter(), AuthorizationFilter.class)
        .addFilterAfter(new AuditFilter(audit), SecurityContextHolderFilter.class)
        .headers(
            headers ->
                headers
                    .frameOptions(frame -> frame.deny())
                    .contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT)))
        .exceptionHandling(
            handling ->
                handling
                    .authenticationEntryPoint(ConsoleConfiguration::unauthenticated)
                    .accessDeniedHandler(
                        (request, response, e) ->
                            Problems.write(
                                request, response, Problem.FORBIDDEN, forbidden(request))))
        .authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(
                        DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD)
                    .permitAll()
                    .requestMatchers(at(HttpMethod.POST, LOGIN))
                    .permitAll()
                    .requestMatchers(
                        at(HttpMethod.POST, JOLOKIA), at(HttpMethod.POST, JOLOKIA + "/"))
                    .hasRole(Role.VIEWER.name())
                    .requestMatchers(at(JOLOKIA), at(JOLOKIA + "/**"))
                    .denyAll()
                    .requestMatchers(at(HttpMethod.GET, PATH + "/user"))
                    .hasRole(Role.VIEWER.name())
                    // pages and scripts of an open-source program, the same for everybody
                    .requestMatchers(HttpMethod.GET)
                    .permitAll()
                    .anyRequest()
                    .denyAll())
        .build();
  }

  /** Of the whole path, whichever servlet it leads to. */
  private static RequestMatcher at(String path) {
    return PathPatternRequestMatcher.withDefaults().matcher(path);
  }

  private static RequestMatcher at(HttpMethod method, String path) {
    return PathPatternRequestMatcher.withDefaults().matcher(method, path);
  }

  /** Without a challenge: the browser's own dialog would cover the page that asks. */
  private static void unauthenticated(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
      throws IOException {
    if (e instanceof AccessConfiguration.TooManyGuesses guesses) {
      guesses.write(request, response);
    } else {
      Problems.write(request, response, Problem.UNAUTHENTICATED, "Log in at " + PATH + "/login.");
    }
  }

  private static String forbidden(HttpServletRequest request) {
    return request.getRequestURI().startsWith(JOLOKIA) && !request.getMethod().equals("POST")
        ? "Jolokia is asked by POST only."
        : NO_ROLE;
  }

  /** Made at the first request, so that a broker nobody looks at starts no slower. */
  @Bean
  ServletRegistrationBean<AgentServlet> jolokia(Audit audit) {
    ServletRegistrationBean<AgentServlet> servlet =
        new ServletRegistrationBean<>(new Jolokia(new ConsolePolicy(audit)), JOLOKIA + "/*");
    servlet.setName("jolokia");
    servlet.setInitParameters(
        Map.of(
            "discoveryEnabled", "false",
            "disableDetectors", "true",
            "includeStackTrace", "false",
            "serializeException", "false",
            "maxCollectionSize", "5000"));
    return servlet;
  }

  private static final class Jolokia extends AgentServlet {

    private static final long serialVersionUID = 1L;

    private final transient ConsolePolicy policy;

    Jolokia(ConsolePolicy policy) {
      super(policy);
      this.policy = policy;
    }

    @Override
    protected void initServices(ServletConfig config, JolokiaServiceManager services) {
      super.initServices(config, services);
      services.addService(new ConsoleRights(policy));
    }
  }

  @Bean
  ConsoleController consoleController(Users users) {
    return new ConsoleController(users);
  }

  @Bean
  WebMvcConfigurer consolePages() {
    return new WebMvcConfigurer() {

      @Override
      public void addViewControllers(ViewControllerRegistry registry) {
        registry.addRedirectViewController(PATH, PATH + "/");
        registry.addViewController(PATH + "/").setViewName("forward:" + PATH + "/index.html");
      }

      @Override
      public void addResourceHandlers(ResourceHandlerRegistry registry) {
        // the names of these change with their content
        registry
            .addResourceHandler(PATH + "/static/**")
            .addResourceLocations("classpath:/hawtio-static/static/")
            .setCacheControl(CacheControl.maxAge(Duration.ofDays(365)));
        registry
            .addResourceHandler(PATH + "/**")
            .addResourceLocations("classpath:/io/waybill/console/", "classpath:/hawtio-static/")
            .resourceChain(false)
            .addResolver(new ConsolePages());
      }
    };
  }

  @Bean
  JmxDesk jmxDesk(
      Decisions decisions,
      Ledger ledger,
      Why.Inquiry inquiry,
      Reloads reloads,
      Audit audit,
      Orders orders) {
    return new JmxDesk(decisions, ledger, inquiry, reloads, audit, orders);
  }

  /** Only this one: what else lies in the context is nobody's business. */
  @Bean
  static MBeanExporter jmxDeskExporter(JmxDesk desk) {
    MBeanExporter exporter = new MBeanExporter();
    exporter.setServer(ManagementFactory.getPlatformMBeanServer());
    exporter.setAssembler(new MetadataMBeanInfoAssembler(new AnnotationJmxAttributeSource()));
    exporter.setRegistrationPolicy(RegistrationPolicy.REPLACE_EXISTING);
    exporter.setBeans(Map.of(JmxDesk.NAME, desk));
    return exporter;
  }
}
