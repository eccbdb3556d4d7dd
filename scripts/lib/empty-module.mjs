// What an imported style sheet or picture is to a test of the page: nothing.
export default '';
