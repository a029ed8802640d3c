// The error page is complete without a script; this only brings its styles through the build.
import '../styles/base.css';
