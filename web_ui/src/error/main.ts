// The error page needs no script; this adds its styles to the build.
import '../styles/base.css';
